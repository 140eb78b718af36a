using System.Buffers;
using System.Text;

namespace EmailSms.Composing;

/// <summary>
/// Text as it flows in one block of a page: white space is one space, breaks that meet are one break. A table cell has
/// a flow of its own.
/// </summary>
internal sealed class HtmlFlow
{
    private static readonly SearchValues<char> Spaces = SearchValues.Create(" \t\r\n\f\u00A0");

    private readonly StringBuilder _text = new();
    private int _breaksDue;
    private bool _isSpaceDue;
    private bool _isPaddedLine;
    private string? _bullet;

    /// <summary>How many quotations are open; each puts a &gt; in front of a line.</summary>
    public int QuoteDepth { get; set; }

    /// <summary>Where the next character will stand, for <see cref="Since"/>.</summary>
    public int Position => _text.Length;

    public string Since(int position) =>
        position < _text.Length ? _text.ToString(position, _text.Length - position) : "";

    public void Write(string data, bool isPreformatted)
    {
        for (int i = 0; i < data.Length; i++)
        {
            ReadOnlySpan<char> rest = data.AsSpan(i);
            int word = rest.IndexOfAny(Spaces) is >= 0 and int space ? space : rest.Length;
            Append(rest[..word]);
            i += word;
            if (i == data.Length) return;

            char c = data[i];
            if (isPreformatted && c == '\n')
            {
                LineBreak();
            }
            else if (isPreformatted)
            {
                Append([c]);
            }
            else
            {
                _isSpaceDue = true;
                _isPaddedLine |= c == '\u00A0' && (_breaksDue > 0 || _text.Length == 0);
            }
        }
    }

    /// <summary>The end of a block: as many line ends as asked for, those due already counted.</summary>
    public void Break(int lines)
    {
        if (lines == 0 || _bullet is not null) return; // an item's first text stands beside its bullet

        // A paragraph that holds a no-break space and nothing else is how Word writes a blank line.
        _breaksDue = Math.Max(_breaksDue, _isPaddedLine ? 2 : lines);
        _isPaddedLine = _isSpaceDue = false;
    }

    /// <summary>One more line end, whatever is due.</summary>
    public void LineBreak()
    {
        _breaksDue = Math.Min(_breaksDue + 1, 2);
        _isPaddedLine = _isSpaceDue = false;
    }

    /// <summary>A list item starts: <paramref name="bullet"/> goes in front of its first text.</summary>
    public void StartItem(string bullet)
    {
        Break(1);
        _bullet = bullet;
    }

    /// <summary>Lines that are written already, such as those of a table.</summary>
    public void WriteLines(string lines)
    {
        bool isFirst = true;
        foreach (Range line in lines.AsSpan().Split('\n'))
        {
            if (!isFirst) LineBreak();
            Append(lines.AsSpan(line));
            isFirst = false;
        }
    }

    /// <summary>The text; and the flow is as new.</summary>
    public string Take()
    {
        string text = _text.ToString();
        _text.Clear();
        _bullet = null;
        QuoteDepth = _breaksDue = 0;
        _isSpaceDue = _isPaddedLine = false;
        return text;
    }

    private void Append(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return;
        if (_text.Length == 0 || _breaksDue > 0) StartLine();
        else if (_isSpaceDue) _text.Append(' ');
        _isSpaceDue = _isPaddedLine = false;
        _text.Append(text);
    }

    private void StartLine()
    {
        if (_text.Length > 0) _text.Append('\n', _breaksDue);
        _breaksDue = 0;
        if (QuoteDepth > 0) _text.Append('>', QuoteDepth).Append(' ');
        _text.Append(_bullet);
        _bullet = null;
    }
}
