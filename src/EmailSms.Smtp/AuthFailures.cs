using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Smtp;

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

    /// <summary>Counts a failure; null: the client did not get as far as a name. Gives the largest count.</summary>
    public int Add(AddressPrefix from, string? user)
    {
        int count = _ofAddress.Add(from);
        if (user is null) return count;
        UInt128 name = KeyOf(user);
        _ofPair.Add((from, name));
        return Math.Max(count, _ofUser.Add(name));
    }

    /// <summary>
    /// A success. It makes acquaintance and forgives nothing: else one stolen account would buy guesses for all others.
    /// </summary>
    public void Greet(AddressPrefix from, string user) => _acquaintances.Add((from, KeyOf(user)));

    // A name can be 9 kB long and is a person's: kept as a salted hash.
    private static UInt128 KeyOf(string user)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Salt.Value);
        hash.AppendData(Encoding.UTF8.GetBytes(user));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
