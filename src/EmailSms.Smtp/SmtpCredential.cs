using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>
/// What a server keeps of a password: enough to check it, for PLAIN, LOGIN and SCRAM-SHA-256 alike, and not enough to
/// log in elsewhere (RFC 5802 3). Whoever steals these has to guess each password, <see cref="Iterations"/> hashes a
/// guess.
/// </summary>
public sealed class SmtpCredential
{
    /// <summary>Iterations of a new credential: about 5 ms. RFC 7677 4 asks for at least 4096.</summary>
    public const int IterationsDefault = 15_000;

    private const string Scheme = "SCRAM-SHA-256";
    private const int IterationsMin = 4096;
    private const int IterationsMax = 10_000_000; // a typing error there would stop the server
    private const int SaltBytes = 16;

    private readonly byte[] _salt;
    private readonly byte[] _storedKey;
    private readonly byte[] _serverKey;

    private SmtpCredential(string name, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey)
    {
        Name = name;
        Iterations = iterations;
        _salt = salt;
        _storedKey = storedKey;
        _serverKey = serverKey;
    }

    /// <summary>The account's own name. It becomes <see cref="SmtpSessionInfo.Identity"/>.</summary>
    public string Name { get; }

    /// <summary>Hashes for one guess.</summary>
    public int Iterations { get; }

    /// <summary>The account is switched off: its right password is answered 525 5.7.13.</summary>
    public bool IsDisabled { get; private init; }

    internal ReadOnlySpan<byte> Salt => _salt;

    /// <summary>Makes a credential with a salt of its own.</summary>
    public static SmtpCredential Create(string name, string password, int iterations = IterationsDefault)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(password);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, IterationsMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, IterationsMax);
        return Create(name, password, iterations, RandomNumberGenerator.GetBytes(SaltBytes));
    }

    /// <summary>
    /// Reads what <see cref="ToStored"/> wrote: <c>SCRAM-SHA-256$iterations:salt$storedKey:serverKey</c>, the form that
    /// PostgreSQL keeps, too.
    /// </summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static SmtpCredential FromStored(string name, string stored)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(stored);
        string[] parts = stored.Split('$', ':');
        if (parts.Length != 5 || parts[0] != Scheme
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int iterations)
            || iterations is < IterationsMin or > IterationsMax)
        {
            throw new FormatException("Not a stored SCRAM-SHA-256 credential.");
        }

        byte[] salt = Convert.FromBase64String(parts[2]);
        byte[] storedKey = Convert.FromBase64String(parts[3]);
        byte[] serverKey = Convert.FromBase64String(parts[4]);
        const int keyBytes = SHA256.HashSizeInBytes;
        return salt.Length > 0 && storedKey.Length == keyBytes && serverKey.Length == keyBytes
            ? new SmtpCredential(name, iterations, salt, storedKey, serverKey)
            : throw new FormatException("Not a stored SCRAM-SHA-256 credential.");
    }

    /// <summary>The same for an account that is switched off.</summary>
    public SmtpCredential AsDisabled() =>
        new(Name, Iterations, _salt, _storedKey, _serverKey) { IsDisabled = true };

    /// <summary>What to keep. It is no password, and still nothing to show around.</summary>
    public string ToStored() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Scheme}${Iterations}:{Convert.ToBase64String(_salt)}"
            + $"${Convert.ToBase64String(_storedKey)}:{Convert.ToBase64String(_serverKey)}");

    /// <summary>
    /// For a name that nobody has: a credential that no password fits, the same one each time, so that neither the time
    /// nor the salt of a refusal tells which names exist.
    /// </summary>
    internal static SmtpCredential Decoy(string name, ReadOnlySpan<byte> secret) => new(
        name,
        IterationsDefault,
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(name))[..SaltBytes],
        RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes),
        RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));

    internal bool Fits(string password) => CryptographicOperations.FixedTimeEquals(
        Create(Name, password, Iterations, _salt)._storedKey, _storedKey);

    /// <summary>RFC 5802 3: the proof is ClientKey XOR the signature, and StoredKey is the hash of ClientKey.</summary>
    internal bool FitsProof(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> authMessage)
    {
        Span<byte> clientKey = stackalloc byte[SHA256.HashSizeInBytes];
        if (proof.Length != clientKey.Length) return false;
        HMACSHA256.HashData(_storedKey, authMessage, clientKey);
        for (int i = 0; i < clientKey.Length; i++) clientKey[i] ^= proof[i];
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), _storedKey);
    }

    internal byte[] Sign(ReadOnlySpan<byte> authMessage) => HMACSHA256.HashData(_serverKey, authMessage);

    internal static SmtpCredential Create(string name, string password, int iterations, byte[] salt)
    {
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        byte[] storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        return new SmtpCredential(name, iterations, salt, storedKey, HMACSHA256.HashData(salted, "Server Key"u8));
    }
}
