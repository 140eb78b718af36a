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

    public static HookReceipt Of(InboundReceipt receipt) => new(
        receipt.CarrierId, receipt.From, receipt.State, receipt.Error, receipt.Raw, receipt.Meaning, receipt.Sms,
        receipt.OptsOut, receipt.IsOfSettings)
    {
        Price = receipt.Price,
    };

    public InboundReceipt ToReceipt(string carrier) => new(carrier, CarrierId, From, State, Error, Raw)
    {
        Meaning = Meaning,
        Sms = Sms,
        OptsOut = OptsOut,
        IsOfSettings = IsOfSettings,
        Price = Price,
    };
}

/// <summary>An item on disk.</summary>
internal sealed record KeptItem(long Id, string Carrier, int Attempts, WebhookItem Item);

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
}
