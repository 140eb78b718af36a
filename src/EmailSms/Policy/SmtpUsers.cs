using System.Data.Common;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// The accounts of the listeners that want one. It keeps what checks a password, and never a password.
/// </summary>
internal sealed class SmtpUsers(SqliteStore store, TimeProvider time)
{
    private const string Columns = "name, send_as, is_enabled, created_ms, password_ms, note";

    /// <summary>Writes an account. False: there is one of that name, and nothing was changed.</summary>
    /// <param name="db">The write it is a part of.</param>
    /// <param name="user">The account.</param>
    /// <param name="credential">What checks its password, as the SMTP library stores it.</param>
    public bool Add(StoreSession db, SmtpUser user, string credential) => Change(db, user.Name, () => db.Execute(
        """
        insert into smtp_user (name, credential, send_as, is_enabled, created_ms, password_ms, note)
        values (@name, @credential, @sendAs, @isEnabled, @now, @now, @note)
        on conflict (name) do nothing
        """,
        ("@name", user.Name), ("@credential", credential), ("@sendAs", string.Join(' ', user.SendAs)),
        ("@isEnabled", user.IsEnabled ? 1 : 0), ("@now", NowMs()), ("@note", user.Note)) == 1);

    /// <summary>False: there is no such account.</summary>
    public bool SetCredential(StoreSession db, string name, string credential) => Change(db, name, () => db.Execute(
        "update smtp_user set credential = @credential, password_ms = @now where name = @name",
        ("@name", SmtpUser.KeyOf(name)), ("@credential", credential), ("@now", NowMs())) == 1);

    /// <summary>False: there is no such account.</summary>
    public static bool SetEnabled(StoreSession db, string name, bool isEnabled) => Change(db, name, () => db.Execute(
        "update smtp_user set is_enabled = @isEnabled where name = @name",
        ("@name", SmtpUser.KeyOf(name)), ("@isEnabled", isEnabled ? 1 : 0)) == 1);

    /// <summary>
    /// Removes an account that no rule names: whoever got its name next would get what its rules allow. Returns the
    /// rules in the way; null: there is no such account.
    /// </summary>
    public static IReadOnlyList<long>? Remove(StoreSession db, string name)
    {
        string key = SmtpUser.KeyOf(name);
        List<long> rules = db.Query(
            "select id from sender_rule where smtp_user = @name order by id", row => row.GetInt64(0), ("@name", key));
        if (rules.Count > 0) return rules;
        bool removed = Change(
            db, name, () => db.Execute("delete from smtp_user where name = @name", ("@name", key)) == 1);
        return removed ? [] : null;
    }

    /// <summary>One account, or null.</summary>
    public SmtpUser? Find(string name) => store.Read(db => db.Query(
        $"select {Columns} from smtp_user where name = @name", Read, ("@name", SmtpUser.KeyOf(name)))).FirstOrDefault();

    /// <summary>What checks the password of an account that may authenticate; null: none may under that name.</summary>
    public string? FindCredential(string name) => (string?)store.Read(db => db.Scalar(
        "select credential from smtp_user where name = @name and is_enabled = 1", ("@name", SmtpUser.KeyOf(name))));

    /// <summary>Whether an account is there and not switched off.</summary>
    public bool MayAuthenticate(string name) => store.Read(db => db.Scalar(
        "select 1 from smtp_user where name = @name and is_enabled = 1", ("@name", SmtpUser.KeyOf(name)))) is not null;

    /// <summary>All accounts, by name.</summary>
    public IReadOnlyList<SmtpUser> List() => store.Read(db => db.Query(
        $"select {Columns} from smtp_user order by name", Read));

    private static bool Change(StoreSession db, string name, Func<bool> change) =>
        db.Change("smtp_user", [("name", SmtpUser.KeyOf(name))], change);

    private static SmtpUser Read(DbDataReader row)
    {
        if (!SmtpUser.TryCreate(row.GetString(0), row.GetString(1), null, out SmtpUser? user, out _))
        {
            throw new StoreException($"User {row.GetString(0)} in the database is not valid.", isFull: false);
        }

        return user with
        {
            IsEnabled = row.GetInt64(2) != 0,
            CreatedMs = row.GetInt64(3),
            PasswordMs = row.GetInt64(4),
            Note = row.IsDBNull(5) ? null : row.GetString(5),
        };
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
