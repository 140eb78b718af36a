using System.Net;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Api;

/// <summary>
/// Takes what carriers say at hooks.
/// <code>
///   call ──► token ──► proof ──► read ──► on disk ──► answered in the carrier's dialect
///                                            └──► receipt or text, as if it had come over SMPP ──► gone from disk
/// </code>
/// The carrier is answered when it is on disk and not before; what is done with it comes after, and takes its time.
/// </summary>
internal sealed class HookDesk(
    SqliteStore store, CarrierSet carriers, HookAddresses addresses, CarrierEvents events, AdminAlerts alerts,
    TimeProvider time, ILogger<HookDesk> log) : BackgroundService
{
    private const int BatchMax = 256;
    private const int AttemptsMax = 12;
    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    private readonly Signal _wake = new();

    /// <summary>
    /// Takes a call. Returns what to answer: what the carrier wants to hear, when it is on disk; else a refusal.
    /// </summary>
    /// <param name="name">The carrier, as its address has it.</param>
    /// <param name="token">From the address.</param>
    /// <param name="reference">Our reference, from the address; empty in that of the account.</param>
    /// <param name="call">As it came.</param>
    /// <param name="deadline">How long it may take to find out whose it is.</param>
    public async Task<HookAnswer> TakeAsync(
        string name, string token, string reference, HookCall call, CancellationToken deadline)
    {
        if (carriers.Http(name) is not { } carrier || !addresses.IsToken(carrier.Name, reference, token))
        {
            log.HookUnknown(carriers.Http(name)?.Name ?? "?", call.Remote?.ToString() ?? "");
            Refused?.Invoke(carriers.Http(name)?.Name, call.Remote);
            return Refusal(404);
        }

        if (await carrier.RefusalAsync(call, deadline).ConfigureAwait(false) is { } why)
        {
            log.HookRefused(carrier.Name, call.Remote?.ToString() ?? "", why);
            Refused?.Invoke(carrier.Name, call.Remote);
            return Refusal(403);
        }

        HookReading reading = carrier.Hooks.Read(call, reference.Length == 0 ? null : reference);
        if (!reading.IsRead)
        {
            log.HookNotRead(carrier.Name, call.Method, call.ContentType);
            return Refusal(422);
        }

        if (reading.Receipts.Count + reading.Texts.Count == 0) return reading.Answer;
        try
        {
            await KeepAsync(carrier.Name, reading).ConfigureAwait(false);
            return reading.Answer;
        }
        catch (StoreException trouble)
        {
            log.HookNotKept(trouble, carrier.Name);
            return Refusal(503);
        }
    }

    /// <summary>Told of each call that was no carrier's: the carrier it named, if there is one, and whence.</summary>
    public Action<string?, IPAddress?>? Refused { get; set; }

    /// <summary>Looks at what is due: a command may have put something there.</summary>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                List<KeptItem> due = store.Read(db => Webhooks.Due(db, NowMs(), BatchMax));
                if (due.Count > 0)
                {
                    await GoOnAsync(due, stoppingToken).ConfigureAwait(false);
                    continue;
                }

                TimeSpan longest = store.Read(Webhooks.NextDueMs) is { } next
                    ? TimeSpan.FromMilliseconds(Math.Max(0, next - NowMs()))
                    : Timeout.InfiniteTimeSpan;
                await _wake.WaitAsync(longest, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // the disk is full, say: all of it stays there
            {
                log.HookRoundFailed(trouble, TroublePause);
                await Task.Delay(TroublePause, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static HookAnswer Refusal(int status) => new(status, null, "");

    private Task KeepAsync(string carrier, HookReading reading) => store.WriteAsync(db =>
    {
        long now = NowMs();
        foreach (InboundReceipt receipt in reading.Receipts)
        {
            Webhooks.Add(db, carrier, new WebhookItem { Receipt = HookReceipt.Of(receipt) }, now);
        }

        foreach (InboundText text in reading.Texts) Webhooks.Add(db, carrier, new WebhookItem { Text = text }, now);
        db.Afterwards(kept =>
        {
            if (kept) _wake.Set();
        });
    });

    // Texts one after the other, for STOP and START must not change places; receipts side by side, as they move an SMS
    // forward in whatever order they come.
    private async Task GoOnAsync(List<KeptItem> due, CancellationToken stopping)
    {
        foreach (KeptItem one in due.Where(one => one.Item is { Receipt: null, Text: null }))
        {
            log.HookItemFailed(new InvalidDataException(SealedTexts.Broken), one.Id, one.Carrier, one.Attempts + 1);
            await GiveUpAsync(one, SealedTexts.Broken).ConfigureAwait(false);
        }

        Task receipts = Task.WhenAll(due.Where(one => one.Item.Receipt is not null).Select(one => TakeOneAsync(
            one, () => events.Receipt(one.Item.Receipt!.ToReceipt(one.Carrier), stopping))));
        foreach (KeptItem one in due.Where(one => one.Item.Text is not null))
        {
            // One that is still on disk, though it was taken further, is known by its row where the carrier has no id.
            InboundText text = one.Item.Text! with { CarrierId = one.Item.Text!.CarrierId ?? $"hook:{one.Id}" };
            await TakeOneAsync(one, () => events.Text(text, stopping)).ConfigureAwait(false);
        }

        await receipts.ConfigureAwait(false);
    }

    private async Task TakeOneAsync(KeptItem one, Func<Task> take)
    {
        try
        {
            await take().ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is not StoreException)
        {
            TimeSpan pause = TimeSpan.FromSeconds(Math.Pow(2, one.Attempts));
            if (pause > PauseMax) pause = PauseMax;
            log.HookItemFailed(trouble, one.Id, one.Carrier, one.Attempts + 1);
            if (one.Attempts + 1 >= AttemptsMax)
            {
                await GiveUpAsync(one, trouble.Message).ConfigureAwait(false);
                return;
            }

            long again = NowMs() + (long)pause.TotalMilliseconds;
            await store.WriteAsync(db => Webhooks.PutOff(db, one.Id, again, trouble.Message)).ConfigureAwait(false);
            return;
        }

        await store.WriteAsync(db => Webhooks.Done(db, one.Id)).ConfigureAwait(false);
    }

    private async Task GiveUpAsync(KeptItem one, string error)
    {
        await store.WriteAsync(db =>
        {
            Webhooks.PutOff(db, one.Id, null, error);
            alerts.Tell(db, $"hook of {one.Carrier}", to => CarrierMail.Stuck(
                to.Words, to.Admin, to.Id, one.Carrier, Webhooks.CountStuck(db), to.At, to.Domain));
        }).ConfigureAwait(false);
        log.HookItemGivenUp(one.Id, one.Carrier, one.Attempts + 1);
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
