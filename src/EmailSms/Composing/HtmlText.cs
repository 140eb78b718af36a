using System.Globalization;
using MimeKit.Text;

namespace EmailSms.Composing;

/// <summary>
/// HTML as text that reads well on a phone. Blocks end lines, lists get a dash or a number, table rows become
/// <c>label: value</c>, a link keeps its address where the text does not say it; styles, scripts, heads and hidden
/// text go. A quotation comes out with &gt; and a signature after <c>-- </c>, so that one set of rules cuts both here
/// and in plain text. What is not well-formed is read as far as it makes sense and never refused.
/// </summary>
internal sealed class HtmlText
{
    private readonly List<HtmlElement> _open = [];
    private readonly Stack<HtmlFlow> _flows = new([new HtmlFlow()]);
    private readonly Stack<HtmlFlow> _spare = []; // a page has many cells, and few at a time
    private int _hidden;
    private int _preformatted;
    private bool _isInHead;

    private readonly bool _keepsLinks;

    private HtmlText(bool keepsLinks) => _keepsLinks = keepsLinks;

    private HtmlFlow Flow => _flows.Peek();

    /// <summary>The page as text; without <paramref name="keepsLinks"/> a link is its text alone.</summary>
    public static string Convert(string html, bool keepsLinks = true)
    {
        var page = new HtmlText(keepsLinks);
        var tokens = new HtmlTokenizer(new StringReader(html)) { IgnoreTruncatedTags = true };
        while (tokens.ReadNextToken(out HtmlToken? token))
        {
            switch (token)
            {
                case HtmlTagToken { IsEndTag: true } end:
                    page.End(end.Id, end.Name);
                    break;
                case HtmlTagToken start:
                    page.Start(start);
                    break;
                case HtmlDataToken { Kind: HtmlTokenKind.Data } data when page._hidden == 0:
                    page.Flow.Write(data.Data, page._preformatted > 0);
                    break;
            }
        }

        page.CloseDownTo(0);
        return page.Flow.Take();
    }

    private void Start(HtmlTagToken tag)
    {
        if (_isInHead && !HtmlKinds.InHead.Contains(tag.Id)) End(HtmlTagId.Head, "head");
        EndWhatThisEnds(tag.Id);

        bool isSeen = _hidden == 0;
        if (HtmlKinds.Void.Contains(tag.Id))
        {
            if (isSeen) WriteVoid(tag);
            return;
        }

        if (tag.IsEmptyElement && tag.Id is not (HtmlTagId.P or HtmlTagId.Div)) return;
        HtmlElement element = Describe(tag);
        if (isSeen && !element.IsHidden) Enter(element, tag);

        // Deeper than anybody writes: the text goes on, what it stands in no longer counts.
        if (_open.Count < MailLimits.HtmlDepthMax) Push(element);
    }

    private HtmlElement Describe(HtmlTagToken tag)
    {
        string classes = Attribute(tag, "class");
        return new HtmlElement(tag.Id, tag.Name)
        {
            Breaks = HtmlKinds.BreaksOf(tag.Id, classes),
            IsHidden = HtmlKinds.Silent.Contains(tag.Id) || HtmlKinds.SilentByName.Contains(tag.Name)
                || tag.Attributes.Contains("hidden") || HtmlKinds.IsHidden(Attribute(tag, "style"), classes),
            IsQuote = tag.Id is HtmlTagId.BlockQuote && (Attribute(tag, "type") == "cite"
                || classes.Contains("quote", StringComparison.OrdinalIgnoreCase)),
            IsPreformatted = tag.Id is HtmlTagId.Pre,
            Link = tag.Id is HtmlTagId.A && Attribute(tag, "href") is { Length: > 0 } href
                ? (href, Flow.Position)
                : null,
            ItemNumber = tag.Id is HtmlTagId.OL ? 1 : 0,
            IsLayout = Attribute(tag, "role") is "presentation" or "none",
        };
    }

    private void Enter(HtmlElement element, HtmlTagToken tag)
    {
        Flow.Break(element.Breaks.Before);
        if (HtmlKinds.IsSignature(Attribute(tag, "class"), Attribute(tag, "id")))
        {
            Flow.Break(1);
            Flow.WriteLines(Signature.Mark);
            Flow.Break(1);
        }

        if (tag.Id is HtmlTagId.LI) Flow.StartItem(NextBullet());
    }

    private void Push(HtmlElement element)
    {
        _open.Add(element);
        if (element.IsHidden) _hidden++;
        if (element.IsPreformatted) _preformatted++;
        _isInHead |= element.Id is HtmlTagId.Head;
        if (element.IsQuote) Flow.QuoteDepth++;
        if (element.Id is HtmlTagId.TD or HtmlTagId.TH)
        {
            _flows.Push(_spare.TryPop(out HtmlFlow? spare) ? spare : new HtmlFlow());
        }
    }

    private void WriteVoid(HtmlTagToken tag)
    {
        switch (tag.Id)
        {
            case HtmlTagId.Br:
                Flow.LineBreak();
                break;
            case HtmlTagId.HR:
                Flow.Break(1);
                break;
            // An emoji that the mail program drew is text; any other picture is not.
            case HtmlTagId.Image when Attribute(tag, "alt") is { Length: > 0 and <= 16 } alt
                && alt.All(c => c > '\u203B'):
                Flow.Write(alt, isPreformatted: false);
                break;
        }
    }

    private void End(HtmlTagId id, string name)
    {
        bool isPartOfTable = id is HtmlTagId.Table or HtmlTagId.TR or HtmlTagId.TD or HtmlTagId.TH or HtmlTagId.TBody;
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            HtmlElement element = _open[i];
            if (element.Id == id && (id is not HtmlTagId.Unknown || element.Name == name))
            {
                CloseDownTo(i);
                return;
            }

            // A stray end in a cell does not end what the table stands in; one of a table ends no outer table.
            if (element.Id is HtmlTagId.Table || (!isPartOfTable && element.Id is HtmlTagId.TD or HtmlTagId.TH)) break;
        }

        if (id is HtmlTagId.P && _hidden == 0) Flow.Break(1);
    }

    /// <summary>The end tags that HTML lets people leave out (HTML 13.1.2.4).</summary>
    private void EndWhatThisEnds(HtmlTagId id)
    {
        switch (id)
        {
            case HtmlTagId.TR:
                End(HtmlTagId.TR, "tr");
                break;
            case HtmlTagId.TD or HtmlTagId.TH:
                EndCell();
                break;
            case HtmlTagId.LI:
                EndItem();
                break;
            case HtmlTagId.DT or HtmlTagId.DD when _open is [.., { Id: HtmlTagId.DT or HtmlTagId.DD }]:
                CloseDownTo(_open.Count - 1);
                break;
        }

        if (HtmlKinds.IsBlock(id) && _open is [.., { Id: HtmlTagId.P }]) CloseDownTo(_open.Count - 1);
    }

    private void EndCell()
    {
        for (int i = _open.Count - 1; i >= 0 && _open[i].Id is not (HtmlTagId.Table or HtmlTagId.TR); i--)
        {
            if (_open[i].Id is not (HtmlTagId.TD or HtmlTagId.TH)) continue;
            CloseDownTo(i);
            return;
        }
    }

    private void EndItem()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            switch (_open[i].Id)
            {
                case HtmlTagId.LI:
                    CloseDownTo(i);
                    return;
                case HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.TD or HtmlTagId.TH:
                    return;
            }
        }
    }

    private void CloseDownTo(int index)
    {
        for (int i = _open.Count - 1; i >= index; i--)
        {
            HtmlElement element = _open[i];
            _open.RemoveAt(i);
            if (element.IsHidden) _hidden--;
            if (element.IsPreformatted) _preformatted--;
            _isInHead &= element.Id is not HtmlTagId.Head;
            Leave(element);
        }
    }

    private void Leave(HtmlElement element)
    {
        if (element.Id is HtmlTagId.TD or HtmlTagId.TH)
        {
            HtmlFlow cell = _flows.Pop();
            LeaveCell(element, cell.Take());
            _spare.Push(cell);
        }
        else if (element.Id is HtmlTagId.TR && _hidden == 0)
        {
            bool isLayout = _open.FindLast(outer => outer.Id is HtmlTagId.Table) is { IsLayout: true };
            Flow.WriteLines(HtmlRow.Join(element.Cells, isLayout, element.IsHeadingRow));
        }
        else if (_keepsLinks && element.Link is { } link && _hidden == 0)
        {
            string text = Flow.Since(link.Position).Trim();
            string? address = HtmlLink.AddressBeside(text, link.Href);
            if (address is not null) Flow.Write($" ({address})", isPreformatted: false);
        }

        if (element.IsQuote) Flow.QuoteDepth--;
        if (_hidden == 0 && !element.IsHidden) Flow.Break(element.Breaks.After);
    }

    private void LeaveCell(HtmlElement cell, string text)
    {
        if (_open.FindLast(outer => outer.Id is HtmlTagId.TR or HtmlTagId.Table) is { Id: HtmlTagId.TR } row)
        {
            row.Cells.Add(text);
            row.IsHeadingRow &= cell.Id is HtmlTagId.TH;
        }
        else if (_hidden == 0)
        {
            Flow.Break(1); // a cell without a row, as some devices write them
            Flow.WriteLines(text);
        }
    }

    private string NextBullet()
    {
        HtmlElement? list = _open.FindLast(outer => outer.Id is HtmlTagId.OL or HtmlTagId.UL);
        return list is { ItemNumber: > 0 }
            ? string.Create(CultureInfo.InvariantCulture, $"{list.ItemNumber++}. ")
            : "- ";
    }

    private static string Attribute(HtmlTagToken tag, string name) =>
        tag.Attributes.TryGetValue(name, out HtmlAttribute? attribute) ? attribute.Value ?? "" : "";
}
