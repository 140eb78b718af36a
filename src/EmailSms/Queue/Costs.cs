using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>What costs are summed up by.</summary>
internal enum CostsBy
{
    Carrier,
    Country,
    Rule,
}

/// <summary>Money in one currency, and the parts that it is for.</summary>
internal sealed record Sum(Money Amount, long Parts);

/// <summary>
/// What SMS cost within a time. The parts are those that carriers took, as often as they took them.
/// </summary>
/// <param name="Name">Carrier, country or rule, as it is on disk; null: there is none.</param>
/// <param name="Sms">How many SMS they belong to.</param>
/// <param name="Parts">Parts, of which each is paid for.</param>
/// <param name="Estimated">By the price lists of the time at which they were taken; one for each currency.</param>
/// <param name="Real">As carriers say; one for each currency. A carrier may say it of some of them only.</param>
internal sealed record CostLine(
    string? Name, long Sms, long Parts, IReadOnlyList<Sum> Estimated, IReadOnlyList<Sum> Real);

/// <summary>What an SMS costs at one carrier.</summary>
internal sealed record SmsCost(
    string Carrier, long Parts, IReadOnlyList<Sum> Estimated, IReadOnlyList<Sum> Real);

/// <summary>
/// Costs, from the submissions that carriers took. An attempt that nobody answered is none of them, until its receipt
/// comes.
/// </summary>
internal static class Costs
{
    private const string PartsOf = "coalesce(b.parts, 1)";

    /// <summary>The sums of a time, the beginning included: by name, most parts first.</summary>
    public static List<CostLine> Between(StoreSession db, long fromMs, long untilMs, CostsBy by)
    {
        string key = by switch
        {
            CostsBy.Carrier => "b.carrier",
            CostsBy.Country => "b.country",
            _ => "cast(s.rule_id as text)",
        };
        return [.. Lines(db, fromMs, untilMs, key).OrderByDescending(line => line.Parts).ThenBy(line => line.Name)];
    }

    /// <summary>The sum of all of a time.</summary>
    public static CostLine Total(StoreSession db, long fromMs, long untilMs) =>
        Lines(db, fromMs, untilMs, "'all'").FirstOrDefault() ?? new CostLine("all", 0, 0, [], []);

    /// <summary>What one SMS costs, by carrier, in the order in which they took it.</summary>
    public static List<SmsCost> Of(StoreSession db, Guid sms)
    {
        var all = db.Query(
            $"""
            select b.carrier, {PartsOf}, b.price, b.currency, b.real_price, b.real_currency
              from submission b where b.sms_id = @id order by b.id
            """,
            row => (
                Carrier: row.GetString(0), Parts: row.GetInt64(1), Estimated: ReadMoney(row, 2),
                Real: ReadMoney(row, 4)),
            ("@id", sms.ToString()));
        return
        [
            .. from one in all
               group one by one.Carrier into own
               select new SmsCost(
                   own.Key, own.Sum(one => one.Parts),
                   SumOf(own.Select(one => (one.Estimated, one.Parts))),
                   SumOf(own.Select(one => (one.Real, one.Parts)))),
        ];
    }

    private static List<CostLine> Lines(StoreSession db, long fromMs, long untilMs, string key)
    {
        ILookup<string, Sum> estimated = SumsOf("price", "currency");
        ILookup<string, Sum> real = SumsOf("real_price", "real_currency");
        return db.Query(
            $"""
            select {key}, count(distinct b.sms_id), sum({PartsOf})
              from submission b join sms s on s.id = b.sms_id
             where b.created_ms >= @from and b.created_ms < @until
             group by 1
            """,
            row => (Name: Text(row, 0), Sms: row.GetInt64(1), Parts: row.GetInt64(2)),
            ("@from", fromMs), ("@until", untilMs))
            .ConvertAll(line => new CostLine(
                line.Name, line.Sms, line.Parts, [.. estimated[line.Name ?? ""]], [.. real[line.Name ?? ""]]));

        ILookup<string, Sum> SumsOf(string price, string currency) => db.Query(
            $"""
            select {key}, b.{currency}, sum(b.{price}), sum({PartsOf})
              from submission b join sms s on s.id = b.sms_id
             where b.created_ms >= @from and b.created_ms < @until and b.{price} is not null
             group by 1, 2
             order by 1, 2
            """,
            row => (Name: Text(row, 0) ?? "", Sum: new Sum(
                new Money(row.GetInt64(2), row.GetString(1)), row.GetInt64(3))),
            ("@from", fromMs), ("@until", untilMs)).ToLookup(one => one.Name, one => one.Sum);
    }

    private static List<Sum> SumOf(IEnumerable<(Money? Amount, long Parts)> all) =>
    [
        .. from one in all
           where one.Amount is not null
           group one by one.Amount!.Value.Currency into own
           orderby own.Key
           select new Sum(new Money(own.Sum(one => one.Amount!.Value.Micros), own.Key), own.Sum(one => one.Parts)),
    ];

    private static Money? ReadMoney(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : new Money(row.GetInt64(column), row.GetString(column + 1));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
