using System.CommandLine;
using EmailSms.Api;
using EmailSms.MailOut;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms store</c>: what is done with the database as a whole.</summary>
internal static class StoreCommand
{
    /// <summary>Every column whose values are sealed where there is a key.</summary>
    public static IReadOnlyList<SealedColumn> SealedColumns { get; } =
    [
        .. QueueTexts.All, .. ReplyTexts.All, Outbox.Content, Webhooks.Item, ErasedNumbers.Key, TextKeyCheck.Secret,
    ];

    public static Command Build()
    {
        var rekey = new Command(
            "rekey", "Write every text anew under the first of the keys, beside a service that runs.");
        rekey.SetAction((parsed, stopping) => RekeyAsync(parsed, stopping));
        return new Command("store", "Look after the database.") { rekey };
    }

    private static Task<int> RekeyAsync(ParseResult parsed, CancellationToken stopping) =>
        CommonOptions.WithStoreAsync(parsed, async store =>
        {
            using var control = new ControlClient(store.Folder);
            if (await control.TextKeyAsync().ConfigureAwait(false) is { } running && running.Id != store.TextKey)
            {
                await Console.Error.WriteLineAsync(
                    $"The service that runs writes with the key {running.Id ?? TextKeyOptions.None} and would go on "
                    + "so: start it anew first.").ConfigureAwait(false);
                return CommandLine.Failed;
            }

            var resealing = new Resealing(store, SealedColumns, TimeProvider.System);
            (IReadOnlyDictionary<string, long> written, IReadOnlyList<string> gone) =
                await resealing.RunAsync(stopping).ConfigureAwait(false);
            bool isLogEmpty = store.EmptyLog();
            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new { key = store.TextKey ?? TextKeyOptions.None, written, gone, isLogEmpty });
            }
            else
            {
                foreach ((string column, long count) in written) Console.Out.WriteLine($"{count,8}  {column}");
                foreach (string id in gone) Console.Out.WriteLine($"Nothing is under the key {id} any longer.");
            }

            if (resealing.Broken > 0)
            {
                await Console.Error.WriteLineAsync(
                    $"{resealing.Broken} values were changed on disk and cannot be opened; their keys stay.")
                    .ConfigureAwait(false);
                return CommandLine.Failed;
            }

            if (isLogEmpty) return CommandLine.Done;
            await Console.Error.WriteLineAsync("Old pages are in the log of the database still: say it again.")
                .ConfigureAwait(false);
            return CommandLine.Failed;
        });
}
