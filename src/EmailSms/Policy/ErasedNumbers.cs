using System.Security.Cryptography;
using System.Text;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// Numbers of people who were erased, as hashes with a key of this installation: a number that comes again is known,
/// and nobody can read one out of it who has not the key too.
/// </summary>
internal static class ErasedNumbers
{
    /// <summary>What a hash begins with, where a number has its plus sign.</summary>
    public const string Mark = "hmac:";

    /// <summary>The key, which is sealed where texts are.</summary>
    public static readonly SealedColumn Key = new("person_key", "key") { RowKey = ["created_ms"] };

    private const int KeyLength = 32;

    /// <summary>The hash of a number; null: nobody was erased here yet, so no hash is anywhere.</summary>
    public static string? Find(StoreSession db, string number)
    {
        // Asked for every recipient, and mostly there is none.
        if (db.Scalar("select created_ms from person_key order by id limit 1") is not long made) return null;
        byte[] stored = (byte[])db.Scalar("select key from person_key order by id limit 1")!;
        return HashOf(db.Texts.Open(Key, SealedColumn.KeyOf(made), stored), number);
    }

    /// <summary>The same, and the key is made when there is none.</summary>
    public static string Make(StoreSession db, string number, long nowMs)
    {
        if (Find(db, number) is { } known) return known;
        byte[] key = RandomNumberGenerator.GetBytes(KeyLength);
        db.Execute(
            "insert into person_key (key, created_ms) values (@key, @now)",
            ("@key", db.Texts.Seal(Key, SealedColumn.KeyOf(nowMs), key)), ("@now", nowMs));
        return HashOf(key, number);
    }

    /// <summary>The hash of a number with a key that was read.</summary>
    public static string HashOf(byte[] key, string number) =>
        Mark + Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(number)));
}
