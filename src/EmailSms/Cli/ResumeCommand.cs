using System.CommandLine;

namespace EmailSms.Cli;

/// <summary><c>emailsms resume</c>: the end of a pause.</summary>
internal static class ResumeCommand
{
    private static readonly Argument<string> What = new("what") { Description = "all, carrier, rule or sender." };

    private static readonly Argument<string?> Name = new("name")
    {
        Description = "The carrier's name, the rule's number or the sender's address.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Build()
    {
        var resume = new Command("resume", "Let what was paused go on.") { What, Name };
        resume.SetAction((parsed, _) => PauseCommand.RunAsync(
            parsed, parsed.GetValue(What)!, parsed.GetValue(Name), isPause: false));
        return resume;
    }
}
