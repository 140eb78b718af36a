using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>A number of ours that a phone can answer to, and the mailbox of whoever it belongs to.</summary>
internal sealed record OwnNumber(PhoneNumber Number, string? Owner, bool IsDefault)
{
    /// <summary>The carrier that owns it: what shows it goes out there alone. Null: any may send from it.</summary>
    public string? Carrier { get; init; }

    /// <summary>What it is registered as; a rule may say otherwise.</summary>
    public Registration Registration { get; init; } = Registration.None;

    /// <summary>What mails with its texts are in; null: what the settings say.</summary>
    public string? Language { get; init; }
}

/// <summary>The own numbers on disk.</summary>
internal static class OwnNumbers
{
    /// <summary>All of them.</summary>
    public static List<OwnNumber> List(StoreSession db) => db.Query(
        "select number, owner, is_default, carrier, registration, language from own_number order by number",
        row => new OwnNumber(
            PhoneNumber.FromE164(row.GetString(0)), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2) != 0)
        {
            Carrier = row.IsDBNull(3) ? null : row.GetString(3),
            Registration = Read(row.GetString(4)),
            Language = row.IsDBNull(5) ? null : row.GetString(5),
        });

    /// <summary>What a sender ID of ours is registered as; nothing where it is none of our numbers.</summary>
    public static Registration RegistrationOf(StoreSession db, string senderId) => db.Scalar(
        "select registration from own_number where number = @number and registration <> '{}'",
        ("@number", "+" + senderId.TrimStart('+', '0'))) is string json ? Read(json) : Registration.None;

    /// <summary>The number that an SMS shows when neither its rule nor its conversation says another.</summary>
    public static PhoneNumber? Default(StoreSession db) =>
        db.Scalar("select number from own_number where is_default = 1") is string number
            ? PhoneNumber.FromE164(number)
            : null;

    /// <summary>Whether it is one of them.</summary>
    public static bool Contains(StoreSession db, PhoneNumber number) => db.Scalar(
        "select 1 from own_number where number = @number", ("@number", number.E164)) is not null;

    /// <summary>The mailbox of the number that a phone wrote to.</summary>
    public static string? OwnerOf(StoreSession db, string number) => db.Scalar(
        "select owner from own_number where number = @number", ("@number", "+" + number.TrimStart('+', '0'))) as string;

    /// <summary>What mails with the texts of a number are in; null: it does not say.</summary>
    public static string? LanguageOf(StoreSession db, string number) => db.Scalar(
        "select language from own_number where number = @number",
        ("@number", "+" + number.TrimStart('+', '0'))) as string;

    /// <summary>Adds a number, or changes its owner.</summary>
    public static void Put(StoreSession db, OwnNumber own, long nowMs)
    {
        if (own.IsDefault)
        {
            foreach (OwnNumber other in List(db).Where(one => one.IsDefault && one.Number != own.Number))
            {
                Write(db, other with { IsDefault = false }, nowMs);
            }
        }

        Write(db, own, nowMs);
    }

    private static void Write(StoreSession db, OwnNumber own, long nowMs) => db.Change(
        "own_number", [("number", own.Number.E164)], () => db.Execute(
            """
            insert into own_number (number, owner, is_default, carrier, registration, language, created_ms)
            values (@number, @owner, @default, @carrier, @registration, @language, @now)
            on conflict (number) do update
               set owner = excluded.owner, is_default = excluded.is_default, carrier = excluded.carrier,
                   registration = excluded.registration, language = excluded.language
            """,
            ("@number", own.Number.E164), ("@owner", own.Owner), ("@default", own.IsDefault ? 1 : 0),
            ("@carrier", own.Carrier), ("@registration", own.Registration.ToJson()), ("@language", own.Language),
            ("@now", nowMs)));

    // What a later program wrote is not sent: carriers refuse what is not registered, and say so.
    private static Registration Read(string json) =>
        Registration.TryFromJson(json, out Registration? registration) ? registration : Registration.None;

    /// <summary>Removes a number. False: there was none.</summary>
    public static bool Remove(StoreSession db, PhoneNumber number) =>
        db.Change("own_number", [("number", number.E164)], () =>
            db.Execute("delete from own_number where number = @number", ("@number", number.E164)) > 0);
}
