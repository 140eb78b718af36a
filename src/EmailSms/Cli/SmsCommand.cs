using System.CommandLine;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Delivery;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Cli;

/// <summary>
/// <c>emailsms sms</c>: what becomes of an SMS that is held, since it may have been sent or
/// nothing was sent to its country before.
/// </summary>
internal static class SmsCommand
{
    private static readonly Argument<string> Id = new("id")
    {
        Description = "The id from the list; a part that names only one will do.",
    };

    /// <summary>What somebody says about an SMS that is held.</summary>
    /// <param name="Word">The command.</param>
    /// <param name="Done">What became of it, for the answer and the audit trail.</param>
    /// <param name="IsForApproval">It is about one that waits since nothing was sent to its country before.</param>
    /// <param name="Goes">It goes out; otherwise it ends.</param>
    private sealed record Decision(string Word, string Done, bool IsForApproval, bool Goes);

    public static Command Build()
    {
        var sms = new Command("sms", "Decide about SMS that are held.");
        Add("resend", "Send an SMS again that is held.", new Decision("resend", "is sent again", false, true));
        Add("fail", "Give an SMS up that is held; its sender is told.", new Decision("fail", "given up", false, false));
        Add(
            "approve", "Let an SMS through that waits, and what follows to its country.",
            new Decision("approve", "approved", true, true));
        Add(
            "reject", "Do not let an SMS through that waits; its sender is told.",
            new Decision("reject", "rejected", true, false));
        return sms;

        void Add(string word, string description, Decision decision)
        {
            var command = new Command(word, description) { Id };
            command.SetAction((parsed, _) => DecideAsync(parsed, decision));
            sms.Add(command);
        }
    }

    private static Task<int> DecideAsync(ParseResult parsed, Decision decision)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return Task.FromResult(CommandLine.Wrong);
        return CommonOptions.WithStoreAsync(parsed, async store =>
        {
            string part = parsed.GetValue(Id)!.Trim().ToLowerInvariant();
            List<SmsRecord> found = store.Read(db => SmsRecord.Search(db, new SmsSearch(IdPart: part, Limit: 2)));
            if (found.Count != 1)
            {
                return Refuse(found.Count == 0
                    ? $"There is no SMS {part}."
                    : $"More than one SMS has {part} in its id.");
            }

            SmsRecord sms = found[0];
            bool waits = sms.State is SmsState.Held && sms.Reason == FailureCode.NeverApproved.Code;
            if (waits != decision.IsForApproval && sms.State is SmsState.Held)
            {
                return Refuse(waits
                    ? $"SMS {sms.Id} waits for your word: emailsms sms approve or reject."
                    : $"SMS {sms.Id} may have been sent: emailsms sms resend or fail.");
            }

            Fates fates = FatesOf(settings, store);
            bool done = await store.WriteAsync(db => Decide(db, sms, decision, fates)).ConfigureAwait(false);
            if (!done) return Refuse($"SMS {sms.Id} is not held: it is {SmsRecord.StateText(sms.State)}.");
            using var control = new ControlClient(settings.Store.Folder);
            await control.WakeAsync().ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"SMS {sms.Id}: {decision.Done}.").ConfigureAwait(false);
            return CommandLine.Done;
        });
    }

    private static bool Decide(StoreSession db, SmsRecord sms, Decision decision, Fates fates)
    {
        string by = Environment.UserName;
        FailureCode end = decision.IsForApproval ? FailureCode.Rejected : FailureCode.GivenUp;
        bool done = !decision.Goes
            ? sms.State is SmsState.Held && fates.End(db, sms.Id, SmsState.Failed, end, sms.Carrier)
            : decision.IsForApproval ? Settlement.Approve(db, sms.Id, by, NowMs())
            : Settlement.Resend(db, sms.Id, by, NowMs());
        if (!done) return false;
        if (decision.IsForApproval && NumberRegion.Of(sms.To) is var region)
        {
            if (decision.Goes) Countries.Open(db, region ?? "ZZ", null, NowMs());
            else Countries.Forget(db, region ?? "ZZ");
        }

        // It is no row of an admin's, and yet a decision that somebody may be asked about.
        db.Note(decision.Word == "resend" ? "resent" : decision.Done, $"sms {sms.Id}");
        return true;
    }

    private static Fates FatesOf(GatewaySettings settings, SqliteStore store) => new(
        new NoticeDesk(
            new Outbox(store, settings.SmartHost, TimeProvider.System)
            {
                Words = MailTemplates.Load(settings.MailTemplates, NullLogger.Instance),
            },
            settings.Notices, settings.Addresses.Domains[0],
            TimeZoneInfo.FindSystemTimeZoneById(settings.Addresses.TimeZone),
            TimeProvider.System),
        new Escalations( // an alarm is hurried on here, and its next SMS written by the service
            new SmsQueue(store, settings.Queue, TimeProvider.System), static (_, _, _, _, _, _) => { },
            settings.Notices, TimeProvider.System),
        new OptOutScopes(settings.OptOuts), Tariffs.None,
        new QualityWatch(new CarrierQuality(settings.Quality, TimeProvider.System)), settings.Delivery,
        TimeProvider.System);

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return CommandLine.Failed;
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
