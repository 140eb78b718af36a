using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Carriers.Http;

/// <summary>
/// The addresses at which carriers call us: <c>…/hooks/name/token</c> for what belongs to the account, and one more
/// segment, our reference, for the receipts of one SMS. The token is an HMAC over the rest with a key that only this
/// installation has, so that nobody can make one up, and none has to be kept.
/// </summary>
/// <param name="publicUrl">Where the internet finds us; empty: nowhere.</param>
/// <param name="key">The key of this installation.</param>
internal sealed class HookAddresses(string publicUrl, byte[] key)
{
    private const int TokenLength = 22; // 132 bits

    /// <summary>The path that all of them begin with.</summary>
    public const string Path = "/hooks";

    /// <summary>Where the internet finds us, without a slash at its end; empty: nowhere.</summary>
    public string PublicUrl { get; } = publicUrl.TrimEnd('/');

    /// <summary>The address of a carrier's account.</summary>
    public string Of(string carrier) => $"{PublicUrl}{Path}/{Uri.EscapeDataString(carrier)}/{Token(carrier, "")}";

    /// <summary>The address for the receipts of one SMS; empty where the internet cannot find us.</summary>
    public string Of(string carrier, string reference) => PublicUrl.Length == 0
        ? ""
        : $"{PublicUrl}{Path}/{Uri.EscapeDataString(carrier)}/{Token(carrier, reference)}/{reference}";

    /// <summary>Whether a token is the one for the rest of its address.</summary>
    public bool IsToken(string carrier, string reference, string token) =>
        HookVerifiers.Same(Token(carrier, reference), token);

    private string Token(string carrier, string reference) => Base64Url.EncodeToString(
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{carrier}\n{reference}")))[..TokenLength];
}
