using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>What a gateway answers commands, and does for them. A new gateway brings its own.</summary>
internal sealed class ControlDesk(
    SqliteStore store, CarrierSet carriers, CarrierQuality quality, SmsQueue queue, Escalations escalations,
    Outbox outbox, NumberCarriers numbers, HookDesk hooks)
{
    /// <summary>The carriers as they are now.</summary>
    public IEnumerable<CarrierStatus> Carriers()
    {
        ILookup<string, QualityView> known = quality.All().ToLookup(view => view.Carrier);
        return carriers.Statuses.Select(carrier => carrier with { Quality = [.. known[carrier.Name]] });
    }

    /// <summary>The key that texts are sealed with.</summary>
    public RunningTextKey TextKey() => new(store.TextKey);

    /// <summary>Makes true what commands have written.</summary>
    public async Task WakeAsync()
    {
        List<Pause> pauses = store.Read(Pauses.List);
        queue.Apply(pauses);

        // Who waits for the carrier that a number had may now go over the one that has it.
        if (numbers.Refresh()) await queue.ReleaseAsync(carrier: null).ConfigureAwait(false);
        await carriers.ApplyAsync(pauses).ConfigureAwait(false);
        queue.Ring();
        hooks.Wake();
        escalations.Wake.Set(); // one that was given up hurries its alarm on
        await store.WriteAsync(_ => outbox.Ring()).ConfigureAwait(false); // a command may have put a notice there
    }
}
