using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>
/// The server's half of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. It knows messages and no wire.
/// </summary>
internal sealed class ScramExchange
{
    private readonly string _gs2Header;
    private readonly string _clientFirstBare;
    private readonly string _clientNonce;
    private string _serverFirst = "";
    private string _nonce = "";
    private byte[] _authMessage = [];

    private ScramExchange(string gs2Header, string clientFirstBare, string user, string clientNonce)
    {
        _gs2Header = gs2Header;
        _clientFirstBare = clientFirstBare;
        _clientNonce = clientNonce;
        User = user;
    }

    public string User { get; }

    /// <summary>
    /// Reads the client's first message: <c>gs2-header n=user,r=nonce</c>. Null: malformed, it wants channel binding
    /// that was not offered, or to act for somebody else.
    /// </summary>
    public static ScramExchange? Begin(string clientFirst)
    {
        string[] parts = clientFirst.Split(',');
        // "y": the client could bind and believes that we cannot, which is true.
        if (parts.Length < 4 || parts[0] is not ("n" or "y")) return null;
        if (parts[2] is not ['n', '=', ..] || parts[3] is not ['r', '=', ..])
        {
            return null; // "m=" is an extension that must be understood, and none is (RFC 5802 5.1)
        }

        string? user = UnescapeName(parts[2][2..]);
        string nonce = parts[3][2..];
        if (string.IsNullOrEmpty(user) || nonce.Length == 0) return null;
        if (parts[1].Length > 0 && parts[1] != "a=" + parts[2][2..]) return null;
        string header = parts[0] + "," + parts[1] + ",";
        return new ScramExchange(header, clientFirst[header.Length..], user, nonce);
    }

    /// <summary>The server's first message; the nonce is given by tests only.</summary>
    public string Challenge(SmtpCredential credential, string? serverNonce = null)
    {
        _nonce = _clientNonce + (serverNonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)));
        string salt = Convert.ToBase64String(credential.Salt);
        return _serverFirst = string.Create(
            CultureInfo.InvariantCulture, $"r={_nonce},s={salt},i={credential.Iterations}");
    }

    /// <summary>Reads the client's last message. True: it knows the password.</summary>
    public bool IsProven(SmtpCredential credential, string clientFinal)
    {
        int proofAt = clientFinal.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return false;
        string withoutProof = clientFinal[..proofAt];
        string[] parts = withoutProof.Split(',');
        if (parts.Length < 2
            || parts[0] != "c=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(_gs2Header))
            || parts[1] != "r=" + _nonce)
        {
            return false;
        }

        byte[] proof = new byte[SHA256.HashSizeInBytes];
        if (!Convert.TryFromBase64String(clientFinal[(proofAt + 3)..], proof, out int proofBytes)) return false;
        _authMessage = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{withoutProof}");
        return credential.FitsProof(proof.AsSpan(0, proofBytes), _authMessage);
    }

    /// <summary>The server's last message, which proves to the client that we know it, too.</summary>
    public string Signature(SmtpCredential credential) => "v=" + Convert.ToBase64String(credential.Sign(_authMessage));

    private static string? UnescapeName(string name)
    {
        string plain = name.Replace("=2C", "", StringComparison.Ordinal).Replace("=3D", "", StringComparison.Ordinal);
        return plain.Contains('=', StringComparison.Ordinal)
            ? null
            : name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
    }
}
