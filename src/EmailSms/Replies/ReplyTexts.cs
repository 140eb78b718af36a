using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>Where texts from phones lie: sealed on disk where there is a key.</summary>
internal static class ReplyTexts
{
    public static readonly SealedColumn Body = new("inbound", "body");

    /// <summary>A part of a text, until its siblings are here.</summary>
    public static readonly SealedColumn Octets = new("inbound", "octets");

    public static SealedColumn[] All { get; } = [Body, Octets];
}
