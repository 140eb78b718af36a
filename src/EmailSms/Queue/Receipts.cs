using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>What a receipt did to an SMS: null for the state where the whole of it did not change.</summary>
internal sealed record ReceiptEffect(Guid Sms, SmsState? Became, FailureCode? Why)
{
    /// <summary>The submission that it ended; null: it was not the first final word.</summary>
    public SubmissionEnd? End { get; init; }
}

/// <summary>The end of one submission.</summary>
/// <param name="Country">Where it went; null: of no country.</param>
/// <param name="TakenMs">When the carrier took it, unix milliseconds.</param>
/// <param name="IsDelivered">It is on the phone.</param>
internal sealed record SubmissionEnd(string? Country, long TakenMs, bool IsDelivered);

/// <summary>
/// Submissions and the receipts about them. Either may come first: a receipt whose submission is not known yet waits
/// as a row without an SMS, and the submission takes it over. States move forward only: a receipt that is repeated,
/// late or out of order changes nothing and takes nothing back.
/// </summary>
internal static class Receipts
{
    /// <summary>
    /// Writes down the parts that a carrier took, so that their receipts find them, and applies the receipts that were
    /// here before them. Returns what those did to the SMS, and adds their last words to the list.
    /// </summary>
    public static ReceiptEffect? AddSubmissions(
        StoreSession db, OutgoingSms sms, Attempt attempt, long nowMs, Charge? charge = null,
        ICollection<InboundReceipt>? early = null)
    {
        charge ??= Charge.Unknown;
        int carries = attempt.IsWhole ? sms.Parts : 1;
        if (attempt.Parts is { } parts && parts != sms.Parts && attempt.Accepted.Count > 0)
        {
            // Its receipts are counted against what this carrier made of it.
            db.Execute("update sms set parts = @parts where id = @id", ("@parts", parts), ("@id", sms.Id.ToString()));
        }

        if (attempt.Accepted.Count > 0 && (attempt.Submissions is not null || sms.Attempts > 0))
        {
            db.Execute(
                "update sms set submissions = @count where id = @id",
                ("@count", attempt.Submissions), ("@id", sms.Id.ToString()));
        }

        ReceiptEffect? effect = null;
        foreach (AcceptedPart part in attempt.Accepted)
        {
            if (TakeWaiting(db, sms, attempt, part, charge, carries, nowMs) is { } receipt)
            {
                early?.Add(receipt);
                effect = Tell(db, sms.Id, part.Part, receipt, nowMs) ?? effect;
                continue;
            }

            db.Execute(
                """
                insert into submission (sms_id, part, carrier, carrier_id, match_key, state, created_ms, state_ms,
                                        parts, country, price, currency, real_price, real_currency)
                values (@sms, @part, @carrier, @carrierId, @key, 'EnRoute', @now, @now,
                        @parts, @country, @price, @currency, @realPrice, @realCurrency)
                """,
                ("@sms", sms.Id.ToString()), ("@part", part.Part), ("@carrier", attempt.Carrier),
                ("@carrierId", part.CarrierId), ("@key", MessageIdMatcher.Key(part.CarrierId)), ("@now", nowMs),
                ("@parts", carries), ("@country", charge.Country), ("@price", charge.Of(carries)),
                ("@currency", charge.CurrencyOfPrice), ("@realPrice", part.Price?.Micros),
                ("@realCurrency", part.Price?.Currency));
        }

        return effect;
    }

    /// <summary>Applies a receipt. Null: no submission of that carrier has its id yet, so it waits.</summary>
    /// <param name="db">The write that it is part of.</param>
    /// <param name="receipt">As the carrier gave it.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="chargeOf">Prices, for one that proves that an SMS was sent, which nobody knew.</param>
    public static ReceiptEffect? Apply(
        StoreSession db, InboundReceipt receipt, long nowMs, Func<PhoneNumber, Charge>? chargeOf = null)
    {
        if (Find(db, receipt) is not { } found)
        {
            Guid? missed = receipt.Sms is { } named && IsMissed(db, named) ? named : null;
            SmsRecord? paid = missed is { } sent ? SmsRecord.Find(db, sent) : null;
            Charge charge = paid is null || chargeOf is null ? Charge.Unknown : chargeOf(paid.To);
            db.Execute(
                """
                insert into submission (sms_id, part, carrier, carrier_id, match_key, state, error, source, about,
                                        created_ms, state_ms, parts, country, price, currency, real_price,
                                        real_currency, meaning, status, opts_out)
                values (@sms, @part, @carrier, @carrierId, @key, @state, @error, @source, @about, @now, @now,
                        @parts, @country, @price, @currency, @realPrice, @realCurrency, @meaning, @status, @optsOut)
                """,
                ("@sms", missed?.ToString()), ("@part", missed is null ? null : 1), ("@carrier", receipt.Carrier),
                ("@carrierId", receipt.CarrierId), ("@key", MessageIdMatcher.Key(receipt.CarrierId)),
                ("@state", receipt.State.ToString()), ("@error", receipt.Error),
                ("@source", receipt.From), ("@about", receipt.Sms?.ToString()), ("@now", nowMs),
                ("@optsOut", receipt.OptsOut ? 1 : null),
                ("@parts", paid?.Parts), ("@country", charge.Country), ("@price", charge.Of(paid?.Parts ?? 1)),
                ("@currency", charge.CurrencyOfPrice), ("@realPrice", receipt.Price?.Micros),
                ("@realCurrency", receipt.Price?.Currency), ("@meaning", receipt.Meaning),
                ("@status", receipt.Status));
            KeepRaw(db, (long)db.Scalar("select last_insert_rowid()")!, receipt);
            if (missed is not { } sms) return null;
            Settlement.SentAfterAll(db, sms, receipt, nowMs);
            return Tell(db, sms, 1, receipt, nowMs) ?? new ReceiptEffect(sms, null, null);
        }

        if (receipt.Price is { } price) // also in one that comes late, or again
        {
            db.Execute(
                "update submission set real_price = @price, real_currency = @currency where id = @id",
                ("@price", price.Micros), ("@currency", price.Currency), ("@id", found.Id));
        }

        var nothing = new ReceiptEffect(found.Sms, null, null);
        if (found.State is not ReceiptState.EnRoute) return nothing; // repeated, or after the end

        db.Execute(
            "update submission set state = @state, error = @error, state_ms = @now where id = @id",
            ("@state", receipt.State.ToString()), ("@error", receipt.Error), ("@now", nowMs), ("@id", found.Id));
        KeepRaw(db, found.Id, receipt);
        ReceiptEffect effect = Tell(db, found.Sms, found.Part, receipt, nowMs) ?? nothing;
        return receipt.State is ReceiptState.EnRoute ? effect : effect with
        {
            End = new SubmissionEnd(found.Country, found.TakenMs, receipt.State is ReceiptState.Delivered),
        };
    }

    /// <summary>
    /// The phone that a receipt is about: that of its SMS; while that is not known, a number that was texted. Null: it
    /// is of no SMS of ours, or of somebody who was erased.
    /// </summary>
    public static PhoneNumber? PhoneOf(StoreSession db, InboundReceipt receipt, ReceiptEffect? effect)
    {
        string? recipient = effect is null
            ? SmsRecord.IsTo(db, receipt.From) ? receipt.From : null
            : db.Scalar("select recipient from sms where id = @id", ("@id", effect.Sms.ToString())) as string;
        return recipient != Person.Nobody && PhoneNumber.TryFromE164(recipient, out PhoneNumber phone) ? phone : null;
    }

    /// <summary>
    /// The carrier's ids of an SMS whose answer never came, from receipts that name it by our id and wait: it was sent.
    /// </summary>
    public static List<string> IdsAbout(StoreSession db, Guid sms, string carrier) => db.Query(
        "select distinct carrier_id from submission where about = @sms and sms_id is null and carrier = @carrier",
        row => row.GetString(0), ("@sms", sms.ToString()), ("@carrier", carrier));

    /// <summary>
    /// Receipts that wait for a submission of theirs: those of a carrier whose ids we do not understand.
    /// </summary>
    public static long CountWaiting(StoreSession db) =>
        (long)db.Scalar("select count(*) from submission where sms_id is null")!;

    // Its fate was unknown, and nobody is sending it again at this moment.
    /// <summary>The last receipt of each submission of an SMS as it came: kept as long as texts are.</summary>
    public static List<(string Carrier, int Part, string Raw)> RawOf(StoreSession db, Guid sms) => db.Query(
        "select carrier, part, raw, id from submission where sms_id = @sms and raw is not null order by part, id",
        row => (row.GetString(0), row.GetInt32(1), db.Texts.OpenToShow(
            QueueTexts.Receipt, SealedColumn.KeyOf(row.GetInt64(3)), row.GetString(2))),
        ("@sms", sms.ToString()));

    private static bool IsMissed(StoreSession db, Guid sms) => db.Scalar(
        """
        select 1 from sms
         where id = @sms and (state = 'held' or (state = 'queued' and uncertain > 0 and leased_by is null))
        """,
        ("@sms", sms.ToString())) is not null;

    private static void KeepRaw(StoreSession db, long id, InboundReceipt receipt) => db.Execute(
        "update submission set raw = @raw where id = @id",
        ("@id", id), ("@raw", db.Texts.Seal(QueueTexts.Receipt, SealedColumn.KeyOf(id), receipt.Raw)));

    // One submission is one row, and one of two rows would be open for ever: of several receipts the last word stays,
    // which is the first final one, and the others are lines of the timeline.
    private static InboundReceipt? TakeWaiting(
        StoreSession db, OutgoingSms sms, Attempt attempt, AcceptedPart part, Charge charge, int carries, long nowMs)
    {
        List<(long Id, InboundReceipt Receipt)> waiting = FindWaiting(db, sms, attempt, part);
        if (waiting.Count == 0) return null;
        int last = waiting.FindIndex(one => one.Receipt.State is not ReceiptState.EnRoute);
        (long id, InboundReceipt receipt) = waiting[last < 0 ? ^1 : last];
        foreach ((long other, InboundReceipt said) in waiting.Where(one => one.Id != id))
        {
            Timeline.Append(db, sms.Id, nowMs, Timeline.Receipt, Detail(said, part.Part));
            db.Execute("delete from submission where id = @id", ("@id", other));
        }

        Money? real = waiting.FindLast(one => one.Receipt.Price is not null).Receipt?.Price ?? part.Price;
        db.Execute(
            """
            update submission set sms_id = @sms, part = @part, carrier_id = @own, match_key = @key, parts = @parts,
                                  country = @country, price = @price, currency = @currency, real_price = @realPrice,
                                  real_currency = @realCurrency
             where id = @id
            """,
            ("@id", id), ("@sms", sms.Id.ToString()), ("@part", part.Part), ("@own", part.CarrierId),
            ("@key", MessageIdMatcher.Key(part.CarrierId)), ("@parts", carries), ("@country", charge.Country),
            ("@price", charge.Of(carries)), ("@currency", charge.CurrencyOfPrice), ("@realPrice", real?.Micros),
            ("@realCurrency", real?.Currency));
        return receipt;
    }

    // In the order in which they came.
    private static List<(long Id, InboundReceipt Receipt)> FindWaiting(
        StoreSession db, OutgoingSms sms, Attempt attempt, AcceptedPart part)
    {
        (string one, string two, string three) = Three(attempt.Ids.KeysOfReceipt(part.CarrierId));
        return db.Query(
            """
            select id, carrier_id, source, state, error, raw, real_price, real_currency, meaning, status, opts_out
              from submission
             where carrier = @carrier and match_key in (@one, @two, @three) and sms_id is null
             order by id
            """,
            row => (Id: row.GetInt64(0), Receipt: new InboundReceipt(
                attempt.Carrier, row.GetString(1), row.GetString(2), Enum.Parse<ReceiptState>(row.GetString(3)),
                row.IsDBNull(4) ? null : row.GetString(4),
                db.Texts.OpenToShow(QueueTexts.Receipt, SealedColumn.KeyOf(row.GetInt64(0)), row.GetString(5)))
            {
                Price = row.IsDBNull(6) ? null : new Money(row.GetInt64(6), row.GetString(7)),
                Meaning = row.IsDBNull(8) ? null : row.GetString(8),
                Status = row.IsDBNull(9) ? null : row.GetString(9),
                OptsOut = !row.IsDBNull(10),
            }),
            ("@carrier", attempt.Carrier), ("@one", one), ("@two", two), ("@three", three))
            .FindAll(waiting => attempt.Ids.IsMatch(
                part.CarrierId, waiting.Receipt.CarrierId, IsFrom(sms.To.E164, waiting.Receipt)));
    }

    // One text of SQL for every carrier: there are at most three ways to write an id, and "" is none.
    private static (string One, string Two, string Three) Three(IReadOnlyList<string> keys) => keys.Count == 0
        ? ("-", "-", "-") // no key has a lone dash only: an empty id waits for ever
        : (keys[0], keys.Count > 1 ? keys[1] : keys[0], keys.Count > 2 ? keys[2] : keys[0]);

    private static bool IsFrom(string recipient, InboundReceipt receipt) =>
        recipient.AsSpan(1).SequenceEqual(receipt.From.AsSpan().TrimStart("+0"));

    // Writes a receipt on the timeline, as a line of its own or as the change of state that it is.
    private static ReceiptEffect? Tell(StoreSession db, Guid sms, int part, InboundReceipt receipt, long nowMs)
    {
        ReceiptEffect? effect = receipt.State is ReceiptState.EnRoute ? null : Advance(db, sms, receipt, nowMs);
        if (effect is null) Timeline.Append(db, sms, nowMs, Timeline.Receipt, Detail(receipt, part));
        return effect;
    }

    private static ReceiptEffect? Advance(StoreSession db, Guid sms, InboundReceipt receipt, long nowMs)
    {
        // A part that was sent twice is delivered when one of the two is, and lost when both are.
        List<(int Part, ReceiptState State, string Carrier)> all = db.Query(
            "select part, state, carrier from submission where sms_id = @sms",
            row => (row.GetInt32(0), Enum.Parse<ReceiptState>(row.GetString(1)), row.GetString(2)),
            ("@sms", sms.ToString()));
        List<List<ReceiptState>> parts = ByPart(all);
        long total = (long)db.Scalar(
            "select coalesce(submissions, parts) from sms where id = @sms", ("@sms", sms.ToString()))!;

        // Carriers may cut it differently, so what one of them has is enough.
        if (IsDelivered(parts, total) || IsDelivered(ByPart(all.FindAll(row => row.Carrier == receipt.Carrier)), total))
        {
            int rows = db.Execute(
                """
                update sms set state = 'delivered', state_ms = @now, reason = null, leased_by = null, submitting = null
                 where id = @sms and state in ('queued', 'held', 'sent')
                """,
                ("@now", nowMs), ("@sms", sms.ToString()));
            if (rows == 0) return null;
            Timeline.Append(db, sms, nowMs, Timeline.Delivered, Detail(receipt, (int)total));
            return new ReceiptEffect(sms, SmsState.Delivered, null);
        }

        bool lost = parts.Exists(states => states.TrueForAll(
            state => state is ReceiptState.Expired or ReceiptState.Undeliverable));
        if (!lost) return null;

        FailureCode why = Why(receipt);
        SmsState end = receipt.State is ReceiptState.Expired ? SmsState.Expired : SmsState.Failed;
        return Settlement.End(db, sms, end, why, receipt.Carrier, nowMs) ? new ReceiptEffect(sms, end, why) : null;
    }

    private static List<List<ReceiptState>> ByPart(List<(int Part, ReceiptState State, string Carrier)> rows) =>
        [.. rows.GroupBy(row => row.Part, row => row.State, (_, states) => states.ToList())];

    private static bool IsDelivered(List<List<ReceiptState>> parts, long total) =>
        parts.Count == total && parts.TrueForAll(states => states.Contains(ReceiptState.Delivered));

    private static FailureCode Why(InboundReceipt receipt)
    {
        string code = $"receipt:{receipt.State}" + (receipt.Error is { } error ? $" err {error}" : "");
        return receipt.State is ReceiptState.Expired
            ? new FailureCode(
                FailureClass.Permanent, code, receipt.Status ?? "4.4.7",
                receipt.Meaning ?? "The phone could not be reached before the carrier gave up.")
            : new FailureCode(
                FailureClass.Permanent, code, receipt.Status ?? "5.0.0",
                receipt.Meaning ?? "The carrier reports that it cannot be delivered to this phone.");
    }

    // Not as it came: the timeline is kept longer than texts are.
    private static object Detail(InboundReceipt receipt, int part) => new
    {
        carrier = receipt.Carrier,
        id = receipt.CarrierId,
        part,
        state = receipt.State.ToString(),
        error = receipt.Error,
    };

    private static Submission? Find(StoreSession db, InboundReceipt receipt)
    {
        // Carriers reuse their ids, so the newest with the right destination goes first. One with another destination
        // is taken only when it is the only one and its id the same letters: some carriers write numbers their own way.
        (string one, string two, string three) = Three(receipt.Ids.KeysOfSubmission(receipt.CarrierId));
        List<Submission> found = db.Query(
            """
            select b.id, b.sms_id, b.part, b.state, b.carrier_id, s.recipient, b.country, b.created_ms
              from submission b join sms s on s.id = b.sms_id
             where b.carrier = @carrier and b.match_key in (@one, @two, @three)
             order by b.id desc limit 60
            """,
            row => new Submission(
                row.GetInt64(0), Guid.Parse(row.GetString(1)), row.GetInt32(2),
                Enum.Parse<ReceiptState>(row.GetString(3)), row.GetString(4), IsFrom(row.GetString(5), receipt),
                row.IsDBNull(6) ? null : row.GetString(6), row.GetInt64(7)),
            ("@carrier", receipt.Carrier), ("@one", one), ("@two", two), ("@three", three));
        if (found.Find(b => b.IsSamePhone && receipt.Ids.IsMatch(b.CarrierId, receipt.CarrierId, true)) is { } sure)
        {
            return sure;
        }

        found.RemoveAll(b => !receipt.Ids.IsMatch(b.CarrierId, receipt.CarrierId, isSamePhone: false));
        return found.Count == 1 ? found[0] : null;
    }

    private sealed record Submission(
        long Id, Guid Sms, int Part, ReceiptState State, string CarrierId, bool IsSamePhone, string? Country,
        long TakenMs);
}
