using System.CommandLine;
using EmailSms.Api;

namespace EmailSms.Cli;

/// <summary><c>emailsms hooks</c>: what carriers said at hooks and could not be taken further.</summary>
internal static class HooksCommand
{
    private static readonly Argument<long?> Item = new("item")
    {
        Description = "Its number in the list; without it, all of them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Build()
    {
        var list = new Command("list", "List what was given up, without its content.");
        list.SetAction((parsed, _) => ListAsync(parsed));
        var retry = new Command("retry", "Take what was given up further after all, now and as often as at first.")
        {
            Item,
        };
        retry.SetAction((parsed, _) => RetryAsync(parsed));
        return new Command("hooks", "Look after what carriers said and could not be taken further.") { list, retry };
    }

    private static Task<int> ListAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        foreach (StuckItem one in store.Read(Webhooks.Stuck))
        {
            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new
                {
                    item = one.Id,
                    carrier = one.Carrier,
                    received = JsonOutput.Time(one.ReceivedMs),
                    attempts = one.Attempts,
                    error = one.Error,
                });
            }
            else
            {
                Console.Out.WriteLine(
                    $"{one.Id,8}  {JsonOutput.Time(one.ReceivedMs)}  {one.Carrier,-16}  {one.Attempts,3}  {one.Error}");
            }
        }

        return Task.FromResult(CommandLine.Done);
    });

    private static Task<int> RetryAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, async store =>
    {
        long? item = parsed.GetValue(Item);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        int count = await store.WriteAsync(db => Webhooks.Retry(db, item, now)).ConfigureAwait(false);
        if (count == 0 && item is not null)
        {
            await Console.Error.WriteLineAsync($"There is no item {item} that was given up: see emailsms hooks list.")
                .ConfigureAwait(false);
            return CommandLine.Failed;
        }

        await CommonOptions.WakeAsync(parsed).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"{count} to take further.").ConfigureAwait(false);
        return CommandLine.Done;
    });
}
