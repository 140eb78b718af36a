using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Policy;

/// <summary>
/// The secret of a sender rule, for devices that can prove nothing else. Only its hash is kept, salted and slow to
/// guess; the comparison takes the same time whatever is wrong with a guess.
/// </summary>
internal sealed class RuleToken
{
    public const int CharsMin = 8;
    public const int CharsMax = 32; // a local part is to be had by all servers up to 64 (RFC 5321 4.5.3.1.1)

    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // A few milliseconds for each recipient, and years for a guesser who has the database and a token of 8 characters.
    private const int Iterations = 20_000;

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private RuleToken(byte[] salt, byte[] hash) => (_salt, _hash) = (salt, hash);

    /// <summary>Whether it can be written in any address as it is.</summary>
    public static bool IsWritable(string secret) =>
        secret.Length is >= CharsMin and <= CharsMax
        && secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Hashes a secret.</summary>
    public static RuleToken Of(string secret)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new RuleToken(salt, Hash(secret, salt));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static RuleToken Parse(string text)
    {
        byte[] bytes = Convert.FromHexString(text);
        return bytes.Length == SaltBytes + HashBytes
            ? new RuleToken(bytes[..SaltBytes], bytes[SaltBytes..])
            : throw new FormatException("Not the hash of a token.");
    }

    /// <summary>Whether this is the secret.</summary>
    public bool Matches(string secret) => CryptographicOperations.FixedTimeEquals(Hash(secret, _salt), _hash);

    /// <summary>Salt and hash, for the store.</summary>
    public override string ToString() => Convert.ToHexStringLower([.. _salt, .. _hash]);

    private static byte[] Hash(string secret, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(secret), salt, Iterations, HashAlgorithmName.SHA256, HashBytes);
}
