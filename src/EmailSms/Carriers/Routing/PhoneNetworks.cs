using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Carriers.Routing;

/// <summary>What is known of the network of a phone.</summary>
/// <param name="Network">The network.</param>
/// <param name="Carrier">Who told it.</param>
/// <param name="ToldMs">When, to a day, unix milliseconds.</param>
internal sealed record PhoneNetwork(MobileNetwork Network, string Carrier, long ToldMs);

/// <summary>
/// The networks of phones, as carriers tell them beside receipts and texts; the last word counts. On disk and not in
/// memory, which would grow with the numbers: only a route that asks for networks looks one up, by its key.
/// </summary>
internal static class PhoneNetworks
{
    // Most phones stay where they are: what is said with each receipt is written down once a day.
    private const long FreshMs = 24L * 60 * 60 * 1000;

    /// <summary>What is known of a phone; null: nothing.</summary>
    public static PhoneNetwork? Find(StoreSession db, PhoneNumber number) => db.Rows(
        "select network, carrier, told_ms from phone_network where number = @number",
        row => MobileNetwork.Read(row.Text(0)) is { } network
            ? new PhoneNetwork(network, row.Text(1), row.Integer(2))
            : null,
        ("@number", number.E164)).FirstOrDefault();

    /// <summary>Notes what a carrier told, as a piece of the write that keeps the receipt or the text itself.</summary>
    public static void Note(StoreSession db, PhoneNumber number, MobileNetwork network, string carrier, long nowMs) =>
        db.Execute(
            """
            insert into phone_network (number, network, carrier, told_ms) values (@number, @network, @carrier, @now)
            on conflict (number) do update
               set network = excluded.network, carrier = excluded.carrier, told_ms = excluded.told_ms
             where phone_network.network <> excluded.network
                or phone_network.told_ms < excluded.told_ms - @fresh
            """,
            ("@number", number.E164), ("@network", network.ToString()), ("@carrier", carrier), ("@now", nowMs),
            ("@fresh", FreshMs));

    /// <summary>What nobody has told again for so long.</summary>
    public static RetentionTask Retention(TimeSpan keep) => new(
        "networks of phones", keep,
        (db, before, after, limit) => db.Query(
            """
            select number from phone_network where number > @after and told_ms < @before
             order by number limit @limit
            """,
            row => row.GetString(0), ("@after", after), ("@before", before), ("@limit", limit)),
        (db, number, before) => db.Execute(
            "delete from phone_network where number = @number and told_ms < @before",
            ("@number", number), ("@before", before)));
}
