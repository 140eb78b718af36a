using System.Collections.Frozen;
using MimeKit.Text;

namespace EmailSms.Composing;

/// <summary>An element that is open, and what its end has to undo.</summary>
internal sealed class HtmlElement(HtmlTagId id, string name)
{
    private List<string>? _cells;

    public HtmlTagId Id => id;

    public string Name => name;

    /// <summary>The line ends at its start and at its end; 0 for what stands in a line.</summary>
    public (int Before, int After) Breaks { get; init; }

    public bool IsHidden { get; init; }

    public bool IsQuote { get; init; }

    public bool IsPreformatted { get; init; }

    /// <summary>The address of a link, and where its text starts.</summary>
    public (string Href, int Position)? Link { get; init; }

    /// <summary>In a list: the number of the item to come; 0 in one without numbers.</summary>
    public int ItemNumber { get; set; }

    /// <summary>In a row: what its cells said.</summary>
    public List<string> Cells => _cells ??= [];

    /// <summary>In a row: no cell of it was anything but a heading.</summary>
    public bool IsHeadingRow { get; set; } = true;

    /// <summary>In a table: it lays out the page and says nothing itself.</summary>
    public bool IsLayout { get; init; }
}

/// <summary>What the converter has to know of HTML's elements and of the ways mails hide text.</summary>
internal static class HtmlKinds
{
    public static readonly FrozenSet<HtmlTagId> Void = new[]
    {
        HtmlTagId.Area, HtmlTagId.Base, HtmlTagId.Br, HtmlTagId.Col, HtmlTagId.Embed, HtmlTagId.HR, HtmlTagId.Image,
        HtmlTagId.Input, HtmlTagId.Link, HtmlTagId.Meta, HtmlTagId.Param, HtmlTagId.Source, HtmlTagId.Track,
        HtmlTagId.Wbr,
    }.ToFrozenSet();

    /// <summary>Elements whose content nobody is meant to read.</summary>
    public static readonly FrozenSet<HtmlTagId> Silent = new[]
    {
        HtmlTagId.Head, HtmlTagId.Title, HtmlTagId.Script, HtmlTagId.Style, HtmlTagId.Object, HtmlTagId.Applet,
        HtmlTagId.IFrame, HtmlTagId.Select, HtmlTagId.Audio, HtmlTagId.Video, HtmlTagId.Map, HtmlTagId.Canvas,
        HtmlTagId.NoFrames,
    }.ToFrozenSet();

    public static readonly FrozenSet<string> SilentByName = new[] { "svg", "math", "template", "xml" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Blocks, each with the line ends around it: 2 make a blank line.</summary>
    private static readonly FrozenDictionary<HtmlTagId, int> Blocks = new Dictionary<HtmlTagId, int>
    {
        [HtmlTagId.P] = 2,
        [HtmlTagId.H1] = 2,
        [HtmlTagId.H2] = 2,
        [HtmlTagId.H3] = 2,
        [HtmlTagId.H4] = 2,
        [HtmlTagId.H5] = 2,
        [HtmlTagId.H6] = 2,
        [HtmlTagId.Address] = 1,
        [HtmlTagId.Article] = 1,
        [HtmlTagId.Aside] = 1,
        [HtmlTagId.BlockQuote] = 1,
        [HtmlTagId.Body] = 1,
        [HtmlTagId.Caption] = 1,
        [HtmlTagId.Center] = 1,
        [HtmlTagId.DD] = 1,
        [HtmlTagId.Div] = 1,
        [HtmlTagId.DL] = 1,
        [HtmlTagId.DT] = 1,
        [HtmlTagId.FieldSet] = 1,
        [HtmlTagId.Footer] = 1,
        [HtmlTagId.Form] = 1,
        [HtmlTagId.Header] = 1,
        [HtmlTagId.LI] = 1,
        [HtmlTagId.Main] = 1,
        [HtmlTagId.Nav] = 1,
        [HtmlTagId.OL] = 1,
        [HtmlTagId.Pre] = 1,
        [HtmlTagId.Section] = 1,
        [HtmlTagId.Table] = 1,
        [HtmlTagId.TR] = 1,
        [HtmlTagId.UL] = 1,
    }.ToFrozenDictionary();

    /// <summary>What stands in a head. Anything else ends a head that was never closed.</summary>
    public static readonly FrozenSet<HtmlTagId> InHead = new[]
    {
        HtmlTagId.Title, HtmlTagId.Meta, HtmlTagId.Link, HtmlTagId.Style, HtmlTagId.Script, HtmlTagId.Base,
        HtmlTagId.NoScript, HtmlTagId.Object,
    }.ToFrozenSet();

    private static readonly string[] SignatureMarks =
        ["gmail_signature", "moz-signature", "ms-outlook-mobile-signature", "signature", "applemailsignature"];

    public static bool IsBlock(HtmlTagId id) => Blocks.ContainsKey(id);

    /// <summary>The line ends before and after an element.</summary>
    public static (int Before, int After) BreaksOf(HtmlTagId id, string classes)
    {
        int around = Blocks.GetValueOrDefault(id);
        return id switch
        {
            // Word gives every line a paragraph of this class and no space between them.
            HtmlTagId.P when classes.StartsWith("Mso", StringComparison.OrdinalIgnoreCase) => (1, 1),
            >= HtmlTagId.H1 and <= HtmlTagId.H6 => (around, 1), // a heading belongs to what follows it
            _ => (around, around),
        };
    }

    /// <summary>The element in which a mail program keeps the signature.</summary>
    public static bool IsSignature(string classes, string id)
    {
        if (classes.Length == 0 && id.Length == 0) return false;
        foreach (string mark in SignatureMarks)
        {
            if (id.Equals(mark, StringComparison.OrdinalIgnoreCase)) return true;
            foreach (Range name in classes.AsSpan().Split(' '))
            {
                if (classes.AsSpan(name).Equals(mark, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Text that is there for the preview line of an inbox or for another program; no reader of the mail sees it.
    /// </summary>
    public static bool IsHidden(string style, string classes)
    {
        if (classes.Contains("preheader", StringComparison.OrdinalIgnoreCase)) return true;
        bool isFlat = false, isClipped = false;
        foreach (Range range in style.AsSpan().Split(';'))
        {
            ReadOnlySpan<char> declaration = style.AsSpan(range);
            int colon = declaration.IndexOf(':');
            if (colon < 0) continue;
            ReadOnlySpan<char> property = declaration[..colon].Trim();
            ReadOnlySpan<char> value = declaration[(colon + 1)..].Trim();
            int important = value.IndexOf("!important", StringComparison.OrdinalIgnoreCase);
            if (important >= 0) value = value[..important].Trim();

            bool isGone = (Is(property, "display") && Is(value, "none"))
                || (Is(property, "visibility") && Is(value, "hidden"))
                || (Is(property, "mso-hide") && Is(value, "all"))
                || (Is(property, "opacity") && IsZero(value));
            if (isGone) return true;
            isFlat |= (Is(property, "max-height") || Is(property, "height")) && IsZero(value);
            isClipped |= Is(property, "overflow") && Is(value, "hidden");
        }

        return isFlat && isClipped;
    }

    private static bool Is(ReadOnlySpan<char> written, string word) =>
        written.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsZero(ReadOnlySpan<char> value) =>
        value is ['0' or '.', ..] && value.TrimEnd("pxemtPXEMT%").Trim("0.").IsEmpty;
}
