using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>Failures in the window under way, with the last one.</summary>
internal readonly record struct AuthFailureCounts(int OfAddress, int OfUser, int OfPair)
{
    public int Largest => Math.Max(OfAddress, OfUser);
}

/// <summary>
/// Failed AUTH commands of the last minutes, counted for the address, for the user name and for both together. Names
/// are counted whether or not somebody has them, so that a bar tells nothing.
/// </summary>
/// <remarks>
/// A user name alone would let strangers lock a user out with guesses. So who has authenticated under a name from an
/// address in the last day is measured by the failures of just that pair.
/// </remarks>
internal sealed class AuthFailures(TimeSpan window, TimeProvider time)
{
    private const int KeysMax = 16_384; // about 1 MB a table, however many addresses and names are tried

    // Made for the first name that is given: a server that nobody authenticates to carries no OpenSSL, 7 MB.
    private static readonly Lazy<byte[]> Salt = new(static () => RandomNumberGenerator.GetBytes(16));

    private static readonly TimeSpan AcquaintanceMin = TimeSpan.FromDays(1);

    private readonly WindowCounter<AddressPrefix> _ofAddress = new(window, KeysMax, time);
    private readonly WindowCounter<UInt128> _ofUser = new(window, KeysMax, time);
    private readonly WindowCounter<(AddressPrefix, UInt128)> _ofPair = new(window, KeysMax, time);
    private readonly RecentSet<(AddressPrefix, UInt128)> _acquaintances = new(AcquaintanceMin, KeysMax, time);

    /// <summary>No password is looked at: there were too many failures.</summary>
    public bool IsBarred(AddressPrefix from, string user, SmtpServerOptions limits)
    {
        UInt128 name = KeyOf(user);
        if (_ofPair.Count((from, name)) >= limits.AuthFailuresPerAddressMax) return true;
        return !_acquaintances.Contains((from, name))
            && (_ofAddress.Count(from) >= limits.AuthFailuresPerAddressMax
                || _ofUser.Count(name) >= limits.AuthFailuresPerUserMax);
    }

    /// <summary>Counts a failure; null: the client did not get as far as a name.</summary>
    public AuthFailureCounts Add(AddressPrefix from, string? user)
    {
        int ofAddress = _ofAddress.Add(from);
        if (user is null) return new AuthFailureCounts(ofAddress, OfUser: 0, OfPair: 0);
        UInt128 name = KeyOf(user);
        return new AuthFailureCounts(ofAddress, _ofUser.Add(name), _ofPair.Add((from, name)));
    }

    /// <summary>
    /// A success. It makes acquaintance and forgives nothing: else one stolen account would buy guesses for all others.
    /// </summary>
    public void Greet(AddressPrefix from, string user) => _acquaintances.Add((from, KeyOf(user)));

    // A name can be 9 kB long and is a person's: kept as a salted hash. Hosts take Ann and ANN for one account, which
    // would be guessed at under every spelling.
    private static UInt128 KeyOf(string user)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Salt.Value);
        hash.AppendData(Encoding.UTF8.GetBytes(user.Trim().ToUpperInvariant()));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
