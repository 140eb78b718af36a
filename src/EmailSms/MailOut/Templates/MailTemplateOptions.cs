using System.ComponentModel.DataAnnotations;

namespace EmailSms.MailOut.Templates;

/// <summary>The section <c>MailTemplates</c>: in which words and languages our mails are.</summary>
internal sealed class MailTemplateOptions
{
    public const string Section = "MailTemplates";

    /// <summary>Holds a folder for each language, and in it the files that go before those of the program.</summary>
    [StringLength(4096)]
    public string Folder { get; set; } = "";

    /// <summary>Of mails to whom no other is named. The program has <c>en</c> and <c>de</c>.</summary>
    [Required]
    [StringLength(35)]
    public string Language { get; set; } = MailTemplates.English;

    /// <summary>By address, or by domain for all its addresses.</summary>
    public Dictionary<string, string> Languages { get; set; } = [];
}
