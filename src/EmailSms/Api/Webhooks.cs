using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Api;

/// <summary>Something that a carrier said at a hook: a receipt or a text; neither, if it cannot be read.</summary>
internal sealed record WebhookItem
{
    public HookReceipt? Receipt { get; init; }

    public InboundText? Text { get; init; }
}

/// <summary>A receipt as it is kept.</summary>
internal sealed record HookReceipt(
    string CarrierId, string From, ReceiptState State, string? Error, string Raw, string? Meaning, Guid? Sms,
    bool OptsOut, bool IsOfSettings)
{
    /// <summary>See <see cref="InboundReceipt.Price"/>.</summary>
    public Money? Price { get; init; }

    /// <summary>See <see cref="InboundReceipt.Network"/>.</summary>
    public MobileNetwork? Network { get; init; }

    public static HookReceipt Of(InboundReceipt receipt) => new(
        receipt.CarrierId, receipt.From, receipt.State, receipt.Error, receipt.Raw, receipt.Meaning, receipt.Sms,
        receipt.OptsOut, receipt.IsOfSettings)
    {
        Price = receipt.Price,
        Network = receipt.Network,
    };

    public InboundReceipt ToReceipt(string carrier) => new(carrier, CarrierId, From, State, Error, Raw)
    {
        Meaning = Meaning,
        Sms = Sms,
        OptsOut = OptsOut,
        IsOfSettings = IsOfSettings,
        Price = Price,
        Network = Network,
    };
}

/// <summary>An item on disk.</summary>
internal sealed record KeptItem(long Id, string Carrier, int Attempts, WebhookItem Item);

/// <summary>An item that was given up, without its content.</summary>
internal sealed record StuckItem(long Id, string Carrier, long ReceivedMs, int Attempts, string Error);

/// <summary>What came to hooks, on disk until it was taken further, and the key of their addresses.</summary>
internal static class Webhooks
{
    /// <summary>When something is due that waits for a person.</summary>
    public const long Never = long.MaxValue;

    /// <summary>What carriers said: sealed on disk where there is a key.</summary>
    public static readonly SealedColumn Item = new("webhook", "item") { RowKey = ["carrier", "received_ms"] };

    private const int KeyLength = 32;

    private static readonly JsonSerializerOptions Writing = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The key of this installation, made when there is none.</summary>
    public static Task<byte[]> KeyAsync(SqliteStore store, TimeProvider time) => store.WriteAsync(db =>
    {
        if (db.Scalar("select key from webhook_key order by id limit 1") is byte[] known) return known;
        byte[] key = RandomNumberGenerator.GetBytes(KeyLength);
        db.Execute(
            "insert into webhook_key (key, created_ms) values (@key, @now)",
            ("@key", key), ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()));
        return key;
    });

    public static void Add(StoreSession db, string carrier, WebhookItem item, long nowMs) => db.Execute(
        "insert into webhook (carrier, received_ms, item, due_ms) values (@carrier, @now, @item, @now)",
        ("@carrier", carrier), ("@now", nowMs),
        ("@item", db.Texts.Seal(
            Item, SealedColumn.KeyOf(carrier, nowMs), JsonSerializer.Serialize(item, Writing))));

    /// <summary>The items that are due, in the order in which they came.</summary>
    public static List<KeptItem> Due(StoreSession db, long nowMs, int most) => db.Query(
        "select id, carrier, attempts, item, received_ms from webhook where due_ms <= @now order by id limit @most",
        row => new KeptItem(
            row.GetInt64(0), row.GetString(1), row.GetInt32(2),
            db.Texts.TryOpen(
                Item, SealedColumn.KeyOf(row.GetString(1), row.GetInt64(4)), row.GetString(3), out string json)
                ? JsonSerializer.Deserialize<WebhookItem>(json, Writing)!
                : new WebhookItem()),
        ("@now", nowMs), ("@most", most));

    /// <summary>When the next one will be due, if ever.</summary>
    public static long? NextDueMs(StoreSession db) =>
        db.Scalar("select min(due_ms) from webhook where due_ms < @never", ("@never", Never)) as long?;

    /// <summary>It was taken further.</summary>
    public static void Done(StoreSession db, long id) => db.Execute("delete from webhook where id = @id", ("@id", id));

    /// <summary>It could not be; again later, or never by itself.</summary>
    public static void PutOff(StoreSession db, long id, long? dueMs, string error) => db.Execute(
        "update webhook set attempts = attempts + 1, due_ms = @due, error = @error where id = @id",
        ("@due", dueMs ?? Never), ("@error", error), ("@id", id));

    /// <summary>Items that could not be taken further and wait for a person.</summary>
    public static long CountStuck(StoreSession db) =>
        (long)db.Scalar("select count(*) from webhook where due_ms = @never", ("@never", Never))!;

    /// <summary>The same, one by one, in the order in which they came.</summary>
    public static List<StuckItem> Stuck(StoreSession db) => db.Query(
        "select id, carrier, received_ms, attempts, error from webhook where due_ms = @never order by id",
        row => new StuckItem(
            row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt32(3),
            row.IsDBNull(4) ? "" : row.GetString(4)),
        ("@never", Never));

    /// <summary>Lets one of them, or all, be tried as if they had come now. Returns how many.</summary>
    public static int Retry(StoreSession db, long? id, long nowMs)
    {
        int count = db.Execute(
            """
            update webhook set due_ms = @now, attempts = 0, error = null
             where due_ms = @never and (@id is null or id = @id)
            """,
            ("@now", nowMs), ("@never", Never), ("@id", id));
        if (count > 0) db.Note("retried", id is null ? "hooks" : $"hook {id}", after: new { count });
        return count;
    }

    /// <summary>Those that nobody looked after: there are texts of phones in them.</summary>
    public static RetentionTask Retention(TimeSpan keep) => new(
        "given up items of hooks", keep,
        (db, before, after, limit) => db.Query(
            """
            select id from webhook where id > @after and due_ms = @never and received_ms < @before
             order by id limit @limit
            """,
            row => row.GetInt64(0).ToString("d19", CultureInfo.InvariantCulture),
            ("@after", after.Length == 0 ? 0 : long.Parse(after, CultureInfo.InvariantCulture)), ("@never", Never),
            ("@before", before), ("@limit", limit)),
        (db, key, _) => db.Execute(
            "delete from webhook where id = @id and due_ms = @never",
            ("@id", long.Parse(key, CultureInfo.InvariantCulture)), ("@never", Never)));
}
