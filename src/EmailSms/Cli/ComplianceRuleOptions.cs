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

    private readonly Option<string> _purpose = new("--purpose")
    {
        Description = "What its SMS are for, such as marketing: quiet hours can be of one purpose.",
    };

    private readonly Option<string[]> _consents = new("--consent")
    {
        Description = "Consents it demands: a purpose, or a class and a purpose such as flash:marketing; '' for none.",
        HelpName = "purpose",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly RegistrationOptions _registration = new();

    /// <param name="isNew">An option that is not given has its default; otherwise it changes nothing.</param>
    public ComplianceRuleOptions(bool isNew)
    {
        if (isNew) _purpose.DefaultValueFactory = _ => ComplianceRules.Usual.Purpose;
    }

    public void AddTo(Command command)
    {
        Option[] all = [_urgentDespiteOptOut, _purpose, _consents];
        foreach (Option option in all) command.Options.Add(option);
        _registration.AddTo(command);
    }

    /// <summary>The rules with what was given.</summary>
    public ComplianceRules Apply(ParseResult parsed, ComplianceRules rules) => rules with
    {
        UrgentDespiteOptOut = TextRuleOptions.Given(parsed, _urgentDespiteOptOut, rules.UrgentDespiteOptOut),
        Purpose = TextRuleOptions.Given(parsed, _purpose, rules.Purpose),
        Consents = TextRuleOptions.IsGiven(parsed, _consents)
            ? [.. parsed.GetValue(_consents)!.Where(word => word.Length > 0)]
            : rules.Consents,
        Registration = _registration.Apply(parsed, rules.Registration ?? Registration.None) is { IsEmpty: false } some
            ? some
            : null,
    };
}
