using System.CommandLine;
using EmailSms.MailOut;

namespace EmailSms.Cli;

/// <summary><c>emailsms outbox</c>: mails of ours that no mail server has taken.</summary>
internal static class OutboxCommand
{
    private static readonly Option<bool> Failed = new("--failed") { Description = "Only those that were given up." };

    private static readonly Argument<string?> Mail = new("mail")
    {
        Description = "Its id in the list; without it, all of them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Build()
    {
        var list = new Command("list", "List mails that wait or were given up, oldest first, without their content.")
        {
            Failed,
        };
        list.SetAction((parsed, _) => ListAsync(parsed));
        var retry = new Command(
            "retry", "Send what was given up after all, tried as long as at first, and what is put off now.")
        {
            Mail,
        };
        retry.SetAction((parsed, _) => RetryAsync(parsed));
        return new Command("outbox", "Look after our own mails: replies, notices and alerts.") { list, retry };
    }

    private static Task<int> ListAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        foreach (OutboxEntry one in store.Read(db => Outbox.List(db, parsed.GetValue(Failed)))) Write(parsed, one);
        return Task.FromResult(CommandLine.Done);
    });

    private static void Write(ParseResult parsed, OutboxEntry one)
    {
        bool isFailed = one.State == "failed";
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                mail = one.Id,
                kind = one.Kind,
                state = one.State,
                created = JsonOutput.Time(one.CreatedMs),
                due = isFailed ? null : JsonOutput.Time(one.DueMs),
                attempts = one.Attempts,
                to = one.To,
                sms = one.Sms,
                error = one.Error,
            });
            return;
        }

        Console.Out.WriteLine(
            $"{one.Id}  {JsonOutput.Time(one.CreatedMs)}  {one.Kind,-7}  {one.State,-6}  {one.Attempts,3}  {one.To}"
            + (one.Error is null ? "" : $"  {one.Error}"));
    }

    private static Task<int> RetryAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, async store =>
    {
        string? mail = parsed.GetValue(Mail);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        int count = await store.WriteAsync(db => Outbox.Retry(db, mail, now)).ConfigureAwait(false);
        if (count == 0 && mail is not null)
        {
            await Console.Error.WriteLineAsync(
                $"There is no mail {mail} that waits or was given up: see emailsms outbox list.").ConfigureAwait(false);
            return CommandLine.Failed;
        }

        await CommonOptions.WakeAsync(parsed).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"{count} to send.").ConfigureAwait(false);
        return CommandLine.Done;
    });
}
