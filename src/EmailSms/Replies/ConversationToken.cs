using System.Security.Cryptography;

namespace EmailSms.Replies;

/// <summary>
/// The word that names a conversation in an address, <c>447700900123+c=TOKEN@domain</c>. 80 random bits in letters and
/// digits that survive a mail server which changes case; it means something only as long as the conversation is open.
/// </summary>
internal static class ConversationToken
{
    /// <summary>How long one is.</summary>
    public const int Length = 16;

    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648 6, in lower case

    public static string New() => RandomNumberGenerator.GetString(Letters, Length);
}
