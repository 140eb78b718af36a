using static EmailSms.Store.PersonalColumn;

namespace EmailSms.Store;

/// <summary>The store's own tables know nobody.</summary>
internal static class StorePersonalData
{
    public static PersonalTable[] Tables { get; } =
    [
        new("text_key", ["id"], [.. Nobody("the name of a key, and what proves it", "id", "proof")]),
        new("text_secret", ["id"], [.. Nobody("a key", "secret")]),
    ];
}
