using System.CommandLine;

namespace EmailSms.Cli;

/// <summary><c>emailsms reload</c>: the running service reads its settings anew.</summary>
internal static class ReloadCommand
{
    public static Command Build()
    {
        var command = new Command("reload", "Let the running service read its settings anew.");
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string folder;
        try
        {
            folder = CommonOptions.FolderOf(parsed);
        }
        catch (FormatException trouble)
        {
            await Console.Error.WriteLineAsync(trouble.Message).ConfigureAwait(false);
            return CommandLine.Wrong;
        }

        using var control = new ControlClient(folder);
        if (await control.ReloadAsync(CommonOptions.Actor()).ConfigureAwait(false) is { } answer)
        {
            return Tell(parsed, answer);
        }

        await Console.Error.WriteLineAsync($"No service runs on {folder}.").ConfigureAwait(false);
        return CommandLine.Failed;
    }

    private static int Tell(ParseResult parsed, ReloadAnswer answer)
    {
        if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(answer);
        foreach (string sentence in answer.Sentences) Console.Error.WriteLine(sentence);
        switch (answer.End)
        {
            case ReloadEnd.Refused:
                return CommandLine.Wrong;
            case ReloadEnd.Failed:
                return CommandLine.Failed;
            default:
                if (!parsed.GetValue(CommonOptions.Json)) Console.Out.WriteLine(Told(answer.Changed));
                return CommandLine.Done;
        }
    }

    private static string Told(IReadOnlyList<string> changed) => changed.Count == 0
        ? "The settings were read anew; none of them has another value."
        : $"The settings were read anew; changed: {string.Join(", ", changed)}.";
}
