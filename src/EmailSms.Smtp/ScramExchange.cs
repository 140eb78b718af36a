using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>
/// The server's half of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677). It knows messages and no wire.
/// </summary>
internal sealed class ScramExchange
{
    private readonly string _channel; // the header and what is bound, as "c=" repeats them
    private readonly string _clientFirstBare;
    private readonly string _clientNonce;
    private string _serverFirst = "";
    private string _nonce = "";
    private byte[] _authMessage = [];

    private ScramExchange(string channel, string clientFirstBare, string user, string clientNonce)
    {
        _channel = channel;
        _clientFirstBare = clientFirstBare;
        _clientNonce = clientNonce;
        User = user;
    }

    public string User { get; }

    /// <summary>
    /// Reads the client's first message: <c>gs2-header n=user,r=nonce</c>. Null: malformed, the channel is not bound as
    /// it must be, or it wants to act for somebody else.
    /// </summary>
    /// <param name="clientFirst">The message.</param>
    /// <param name="offered">What -PLUS would bind here; null: -PLUS was not offered.</param>
    /// <param name="isPlus">The client chose -PLUS.</param>
    public static ScramExchange? Begin(
        string clientFirst, ChannelBindingToken? offered = null, bool isPlus = false)
    {
        string[] parts = clientFirst.Split(',');
        if (parts.Length < 4 || !IsFlagRight(parts[0], offered, isPlus)) return null;
        if (parts[2] is not ['n', '=', ..] || parts[3] is not ['r', '=', ..])
        {
            return null; // "m=" is an extension that must be understood, and none is (RFC 5802 5.1)
        }

        string? user = UnescapeName(parts[2][2..]);
        string nonce = parts[3][2..];
        if (string.IsNullOrEmpty(user) || nonce.Length == 0) return null;
        if (parts[1].Length > 0 && parts[1] != "a=" + parts[2][2..]) return null;
        string header = parts[0] + "," + parts[1] + ",";
        byte[] channel = [.. Encoding.UTF8.GetBytes(header), .. isPlus ? offered!.Data : []];
        return new ScramExchange(Convert.ToBase64String(channel), clientFirst[header.Length..], user, nonce);
    }

    // RFC 5802 6. "y": the client could bind and believes that we cannot; if we offered it, somebody between us has
    // taken it out of what we said.
    private static bool IsFlagRight(string flag, ChannelBindingToken? offered, bool isPlus) => isPlus
        ? offered is not null && flag == "p=" + offered.Type
        : flag == "n" || (flag == "y" && offered is null);

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
            || parts[0] != "c=" + _channel
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

    /// <summary>A saslname (RFC 5802 7) as it is meant; null: malformed.</summary>
    internal static string? UnescapeName(string name)
    {
        string plain = name.Replace("=2C", "", StringComparison.Ordinal).Replace("=3D", "", StringComparison.Ordinal);
        return plain.Contains('=', StringComparison.Ordinal)
            ? null
            : name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
    }
}
