using System.Security.Cryptography;

namespace EmailSms.Store;

/// <summary>Whether the keys of the settings are those that a database was written with.</summary>
internal static class TextKeyCheck
{
    /// <summary>The secret that hashes are made with.</summary>
    public static readonly SealedColumn Secret = new("text_secret", "secret") { RowKey = ["created_ms"] };

    private const string Known = "EmailSms";
    private const int SecretLength = 32;

    private static readonly SealedColumn Proof = new("text_key", "proof");

    /// <summary>Looks at every key that there are texts under, and notes the one that writes from now on.</summary>
    /// <exception cref="StoreException">A key is missing or is another one; the message names it.</exception>
    public static void Run(StoreSession db, TextKeys keys, long nowMs)
    {
        db.Execute("begin immediate");
        try
        {
            HashSet<string> known = [];
            foreach ((string id, string proof) in db.Query(
                "select id, proof from text_key", row => (row.GetString(0), row.GetString(1))))
            {
                if (keys.Find(id) is null)
                {
                    throw new StoreException(
                        $"Texts in this database are sealed with the key {id}, and Store:TextKeys has none of that "
                        + "name.",
                        isFull: false);
                }

                if (!IsRight(db, id, proof))
                {
                    throw new StoreException(
                        $"The key {id} of Store:TextKeys is not the one that texts in this database are sealed with.",
                        isFull: false);
                }

                known.Add(id);
            }

            if (keys.ActiveId is { } active)
            {
                if (!known.Contains(active)) Note(db, active, nowMs);
                keys.HashKey = SecretOf(db, nowMs);
            }

            db.Execute("commit");
        }
        catch
        {
            if (db.InTransaction) db.Execute("rollback");
            throw;
        }
    }

    /// <summary>The keys that there may be texts under.</summary>
    public static List<string> Ids(StoreSession db) =>
        db.Query("select id from text_key order by created_ms, id", row => row.GetString(0));

    /// <summary>There is nothing under a key any longer.</summary>
    public static void Forget(StoreSession db, string id) =>
        db.Execute("delete from text_key where id = @id", ("@id", id));

    private static bool IsRight(StoreSession db, string id, string proof)
    {
        try
        {
            return db.Texts.Open(Proof, id, proof) == Known;
        }
        catch (BrokenSeal)
        {
            return false;
        }
    }

    private static void Note(StoreSession db, string id, long nowMs) => db.Execute(
        "insert into text_key (id, proof, created_ms) values (@id, @proof, @now)",
        ("@id", id), ("@proof", db.Texts.Seal(Proof, id, Known)), ("@now", nowMs));

    private static byte[] SecretOf(StoreSession db, long nowMs)
    {
        (byte[] Sealed, long AtMs)? kept = db.Query(
            "select secret, created_ms from text_secret order by id limit 1",
            row => ((byte[] Sealed, long AtMs)?)(row.GetFieldValue<byte[]>(0), row.GetInt64(1))).FirstOrDefault();
        if (kept is { } known) return db.Texts.Open(Secret, SealedColumn.KeyOf(known.AtMs), known.Sealed);
        byte[] secret = RandomNumberGenerator.GetBytes(SecretLength);
        db.Execute(
            "insert into text_secret (secret, created_ms) values (@secret, @now)",
            ("@secret", db.Texts.Seal(Secret, SealedColumn.KeyOf(nowMs), secret)), ("@now", nowMs));
        return secret;
    }
}
