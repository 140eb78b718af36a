using System.CommandLine;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Cli;

/// <summary>The options about what a sender rule, or a number of ours, is registered as.</summary>
internal sealed class RegistrationOptions
{
    private readonly Option<string?> _campaign = new("--campaign")
    {
        Description = "The 10DLC campaign, for SMS to the United States, such as C1ABCDE; '' for none.",
    };

    private readonly Option<string?> _entity = new("--dlt-entity")
    {
        Description = "The entity in the registry of India (DLT), 19 digits; '' for none.",
    };

    private readonly Option<string?> _telemarketer = new("--dlt-telemarketer")
    {
        Description = "The telemarketer there, 19 digits; '' for none.",
    };

    private readonly Option<string[]> _templates = new("--dlt-template")
    {
        Description = "The texts registered there, each as id=text with {#var#} for what varies; none for no template.",
        HelpName = "id=text",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _mismatch = new("--dlt-mismatch")
    {
        Description = "What becomes of a text to India that is of no template: refuse, or warn.",
        HelpName = string.Join('|', Words<TemplateMismatch>.All),
    };

    public void AddTo(Command command)
    {
        Option[] all = [_campaign, _entity, _telemarketer, _templates, _mismatch];
        foreach (Option option in all) command.Options.Add(option);
    }

    /// <summary>The registration with what was given; an empty word takes away.</summary>
    public Registration Apply(ParseResult parsed, Registration old)
    {
        string? Value(Option<string?> option, string? otherwise) =>
            TextRuleOptions.Given(parsed, option, otherwise) is { Length: > 0 } value ? value : null;
        return new Registration
        {
            Campaign = Value(_campaign, old.Campaign),
            DltEntity = Value(_entity, old.DltEntity),
            DltTelemarketer = Value(_telemarketer, old.DltTelemarketer),
            DltTemplates = TextRuleOptions.IsGiven(parsed, _templates)
                ? Read(parsed.GetValue(_templates) ?? [])
                : old.DltTemplates,
            DltMismatch = Value(_mismatch, old.DltMismatch),
        };
    }

    // What has no = is told as an id that is none.
    private static DltTemplate[]? Read(string[] words) => words is ["none"] or [] or [""]
        ? null
        : [.. words.Select(word => word.Split('=', 2))
            .Select(both => new DltTemplate(both[0], both.ElementAtOrDefault(1) ?? ""))];
}
