using System.CommandLine;
using EmailSms.Delivery;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms sms</c>: what becomes of an SMS that is held, since it may have been sent.</summary>
internal static class SmsCommand
{
    private static readonly Argument<string> Id = new("id")
    {
        Description = "The id from the list; a part that names only one will do.",
    };

    public static Command Build()
    {
        var resend = new Command("resend", "Send an SMS again that is held.") { Id };
        resend.SetAction((parsed, _) => DecideAsync(parsed, isResend: true));
        var fail = new Command("fail", "Give an SMS up that is held; its sender is told.") { Id };
        fail.SetAction((parsed, _) => DecideAsync(parsed, isResend: false));
        return new Command("sms", "Decide about SMS that are held.") { resend, fail };
    }

    private static Task<int> DecideAsync(ParseResult parsed, bool isResend)
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
            Fates fates = FatesOf(settings, store);
            bool done = await store.WriteAsync(db => Audited(db, sms.Id, isResend, isResend
                ? Settlement.Resend(db, sms.Id, Environment.UserName, NowMs())
                : sms.State is SmsState.Held
                    && fates.End(db, sms.Id, SmsState.Failed, FailureCode.GivenUp, sms.Carrier)))
                .ConfigureAwait(false);
            if (!done) return Refuse($"SMS {sms.Id} is not held: it is {SmsRecord.StateText(sms.State)}.");
            using var control = new ControlClient(settings.Store.Folder);
            await control.WakeAsync().ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"SMS {sms.Id}: {(isResend ? "is sent again" : "given up")}.")
                .ConfigureAwait(false);
            return CommandLine.Done;
        });
    }

    // It is no row of an admin's, and yet a decision that somebody may be asked about.
    private static bool Audited(StoreSession db, Guid sms, bool isResend, bool done)
    {
        if (done) db.Note(isResend ? "resent" : "given up", $"sms {sms}");
        return done;
    }

    private static Fates FatesOf(GatewaySettings settings, SqliteStore store) => new(
        new Outbox(store, settings.SmartHost, TimeProvider.System),
        new NoticeDesk(settings.Addresses.Domains[0], TimeProvider.System),
        new Escalations( // an alarm is hurried on here, and its next SMS written by the service
            new SmsQueue(store, settings.Queue, TimeProvider.System), static (_, _, _, _, _, _) => { },
            TimeProvider.System),
        new OptOutScopes(settings.OptOuts), settings.Delivery, TimeProvider.System);

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return CommandLine.Failed;
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
