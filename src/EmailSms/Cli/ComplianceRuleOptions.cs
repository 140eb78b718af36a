using System.CommandLine;
using EmailSms.Policy;

namespace EmailSms.Cli;

/// <summary>The options of a sender rule about the people it texts.</summary>
internal sealed class ComplianceRuleOptions
{
    private readonly Option<bool> _urgentDespiteOptOut = new("--urgent-despite-opt-out")
    {
        Description = "Urgent SMS also go to people who opted out: for alarms to your own staff.",
    };

    public void AddTo(Command command)
    {
        Option[] all = [_urgentDespiteOptOut];
        foreach (Option option in all) command.Options.Add(option);
    }

    /// <summary>The rules with what was given.</summary>
    public ComplianceRules Apply(ParseResult parsed, ComplianceRules rules) => rules with
    {
        UrgentDespiteOptOut = TextRuleOptions.Given(parsed, _urgentDespiteOptOut, rules.UrgentDespiteOptOut),
    };
}
