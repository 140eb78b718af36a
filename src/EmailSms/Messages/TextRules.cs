using System.Diagnostics.CodeAnalysis;
using EmailSms.Smpp.Text;

namespace EmailSms.Messages;

/// <summary>Where the text of the SMS is taken from.</summary>
internal enum SubjectMode
{
    /// <summary>The body; the subject where the body has nothing to say.</summary>
    [Word("subject-if-body-empty")] SubjectIfBodyEmpty,

    /// <summary>The subject alone.</summary>
    [Word("subject")] Subject,

    /// <summary>The body alone.</summary>
    [Word("body")] Body,

    /// <summary>The subject on a line of its own, then the body.</summary>
    [Word("subject+body")] SubjectAndBody,

    /// <summary>What <see cref="TextRules.Template"/> makes of both.</summary>
    [Word("template")] Template,
}

/// <summary>What becomes of files that hang on a mail.</summary>
internal enum AttachmentMode
{
    /// <summary>Nobody is told.</summary>
    [Word("ignore")] Ignore,

    /// <summary>The text ends in their number: <c>[+2 files]</c>.</summary>
    [Word("note")] Note,

    /// <summary>The mail is refused.</summary>
    [Word("refuse")] Refuse,
}

/// <summary>How the letters of a mail become those of an SMS.</summary>
internal enum LetterMode
{
    /// <summary>As they are: UCS-2, 70 to a part, for one curly quote.</summary>
    [Word("auto")] Auto,

    /// <summary>Punctuation that the GSM alphabet lacks is written with what it has; letters stay.</summary>
    [Word("transliterate")] Transliterate,

    /// <summary>Letters lose their accents too, and look-alikes change places, where GSM-7 comes of it.</summary>
    [Word("fold")] Fold,

    /// <summary>As <see cref="Transliterate"/>; what is not GSM-7 then is refused.</summary>
    [Word("gsm7-strict")] Gsm7Strict,
}

/// <summary>What becomes of a text with more parts than its rule allows.</summary>
internal enum LongTextMode
{
    /// <summary>Its beginning is sent, to the end of a sentence or a word.</summary>
    [Word("cut")] Cut,

    /// <summary>It is sent as several SMS, each of the parts allowed.</summary>
    [Word("split")] Split,

    /// <summary>The mail is refused with the number of its parts.</summary>
    [Word("refuse")] Refuse,
}

/// <summary>
/// How a mail becomes a text, for one sender. The defaults suit a person at a mailbox and a device alike: everything
/// that is only there because it is a mail goes, and nothing else. Made by <see cref="TextRulesDraft"/>, so one that
/// exists is valid.
/// </summary>
internal sealed record TextRules
{
    public static readonly TextRules Default = new();

    public SubjectMode Subject { get; internal init; } = SubjectMode.SubjectIfBodyEmpty;

    /// <summary>Cut what follows <c>-- </c> (RFC 3676 4.3), and lines such as "Sent from my iPhone".</summary>
    public bool StripSignature { get; internal init; } = true;

    /// <summary>Cut the mail that this one answers. A forwarded mail is not quoted but passed on, and stays.</summary>
    public bool StripQuote { get; internal init; } = true;

    /// <summary>Cut confidentiality notices and the like, known ones and learned ones.</summary>
    public bool StripDisclaimer { get; internal init; } = true;

    /// <summary>What ends the text, alone on a line or at the end of one. None: an empty list.</summary>
    public IReadOnlyList<string> Terminators { get; internal init; } = ["###", "##"];

    public AttachmentMode Attachments { get; internal init; } = AttachmentMode.Ignore;

    public LetterMode Letters { get; internal init; } = LetterMode.Transliterate;

    /// <summary>
    /// How the text is counted and cut: in the GSM alphabet, with the tables of languages where the rule has some, and
    /// else in UCS-2.
    /// </summary>
    public SegmentOptions Segments { get; internal init; } = SegmentOptions.Default;

    /// <summary>A link keeps its address where its text does not say it.</summary>
    public bool KeepLinks { get; internal init; } = true;

    public LongTextMode LongText { get; internal init; } = LongTextMode.Cut;

    /// <summary>There where <see cref="Subject"/> asks for it.</summary>
    public TextTemplate? Template { get; internal init; }

    /// <summary>What the template knows as <c>found.name</c>.</summary>
    public IReadOnlyList<CapturePattern> Captures { get; internal init; } = [];

    /// <summary>Does the rule ask for it, and is there one? For the compiler, which cannot know it.</summary>
    [MemberNotNullWhen(true, nameof(Template))]
    public bool HasTemplate => Subject is SubjectMode.Template && Template is not null;

    /// <summary>What is not as by default, in the words of <see cref="TextRulesDraft"/>; empty: nothing.</summary>
    public override string ToString()
    {
        TextRulesDraft here = TextRulesDraft.Of(this), usual = new();
        List<string> words = [];
        if (here.Text != usual.Text) words.Add($"text {here.Text}");
        if (!here.Remove.SequenceEqual(usual.Remove)) words.Add($"remove {ListOf(here.Remove)}");
        if (!here.EndMarks.SequenceEqual(usual.EndMarks)) words.Add($"end marks {ListOf(here.EndMarks)}");
        if (here.Attachments != usual.Attachments) words.Add($"attachments {here.Attachments}");
        if (here.Encoding != usual.Encoding) words.Add($"encoding {here.Encoding}");
        if (here.Languages.Count > 0) words.Add($"languages {ListOf(here.Languages)}");
        if (here.Links != usual.Links) words.Add($"links {here.Links}");
        if (here.TooLong != usual.TooLong) words.Add($"too long {here.TooLong}");
        return string.Join(", ", words);
    }

    private static string ListOf(IReadOnlyList<string> words) => words.Count == 0 ? "none" : string.Join(' ', words);
}
