using System.Globalization;
using System.Text;

namespace EmailSms.Composing;

/// <summary>
/// The words of a Rich Text document: what Exchange puts in a winmail.dat when a mail was written in rich text. Fonts,
/// pictures and HTML kept for Outlook are passed over (RTF 1.9; MS-OXRTFEX for the latter).
/// </summary>
internal sealed class RtfText
{
    private const int GroupDepthMax = 1000;

    private static readonly HashSet<string> SilentGroups =
    [
        "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr",
        "footerl", "footerr", "footnote", "annotation", "listtable", "listoverridetable", "rsidtbl", "generator",
        "themedata",
        "datastore", "latentstyles", "xmlnstbl", "fldinst", "mmathPr", "revtbl",
    ];

    private readonly string _rtf;
    private readonly StringBuilder _text = new();
    private readonly List<byte> _bytes = []; // of the code page, until a whole run of them can be decoded
    private readonly Stack<(bool IsSilent, int FallbackChars)> _groups = new();
    private Encoding _codePage = Encoding.GetEncoding(1252);
    private bool _isSilent;
    private int _fallbackChars = 1; // what follows \u for readers that know no Unicode
    private int _toSkip;
    private int _at;

    private RtfText(string rtf) => _rtf = rtf;

    /// <summary>Takes the file as it is, one character a byte.</summary>
    public static string Convert(string rtf)
    {
        var document = new RtfText(rtf);
        document.Read();
        return document._text.ToString();
    }

    private void Read()
    {
        while (_at < _rtf.Length)
        {
            char c = _rtf[_at++];
            switch (c)
            {
                case '{' when _groups.Count < GroupDepthMax:
                    _groups.Push((_isSilent, _fallbackChars));
                    break;
                case '}':
                    Flush();
                    if (_groups.Count > 0) (_isSilent, _fallbackChars) = _groups.Pop();
                    _toSkip = 0;
                    break;
                case '\\':
                    ReadControl();
                    break;
                case '\r' or '\n' or '{':
                    break;
                default:
                    Write(c);
                    break;
            }
        }

        Flush();
    }

    private void ReadControl()
    {
        if (_at == _rtf.Length) return;
        char c = _rtf[_at];
        if (char.IsAsciiLetter(c))
        {
            ReadWord();
            return;
        }

        _at++;
        switch (c)
        {
            case '\'' when _at + 2 <= _rtf.Length && byte.TryParse(
                _rtf.AsSpan(_at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code):
                _at += 2;
                WriteByte(code);
                break;
            case '*':
                _isSilent = true; // a group that readers who do not know it should pass over
                break;
            case '~':
                Write(' ');
                break;
            case '\\' or '{' or '}':
                Write(c);
                break;
            case '\r' or '\n':
                Write('\n');
                break;
        }
    }

    private void ReadWord()
    {
        int start = _at;
        while (_at < _rtf.Length && char.IsAsciiLetter(_rtf[_at])) _at++;
        string word = _rtf[start.._at];
        start = _at;
        if (_at < _rtf.Length && _rtf[_at] == '-') _at++;
        while (_at < _rtf.Length && char.IsAsciiDigit(_rtf[_at])) _at++;
        bool hasNumber = int.TryParse(
            _rtf.AsSpan(start, _at - start),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out int number);
        if (_at < _rtf.Length && _rtf[_at] == ' ') _at++;

        switch (word)
        {
            case "par" or "line" or "row" or "sect" or "page":
                Write('\n');
                break;
            case "tab" or "cell":
                Write(' ');
                break;
            case "u" when hasNumber:
                WriteUnicode((char)(number & 0xFFFF));
                break;
            case "uc" when hasNumber:
                _fallbackChars = Math.Clamp(number, 0, 8);
                break;
            case "ansicpg" when hasNumber:
                _codePage = CodePage(number) ?? _codePage;
                break;
            case "emdash" or "endash":
                Write('-');
                break;
            case "lquote" or "rquote":
                Write('\'');
                break;
            case "ldblquote" or "rdblquote":
                Write('"');
                break;
            case "bullet":
                Write('-');
                break;
            default:
                _isSilent |= SilentGroups.Contains(word);
                break;
        }
    }

    private void Write(char c)
    {
        if (IsSkipped()) return;
        Flush();
        if (!_isSilent) _text.Append(c);
    }

    private void WriteByte(byte code)
    {
        if (!IsSkipped() && !_isSilent) _bytes.Add(code);
    }

    private void WriteUnicode(char c)
    {
        Flush();
        if (!_isSilent) _text.Append(c);
        _toSkip = _fallbackChars;
    }

    private bool IsSkipped()
    {
        if (_toSkip == 0) return false;
        _toSkip--;
        return true;
    }

    private void Flush()
    {
        if (_bytes.Count == 0) return;
        _text.Append(_codePage.GetString([.. _bytes]));
        _bytes.Clear();
    }

    private static Encoding? CodePage(int number)
    {
        try
        {
            return Encoding.GetEncoding(number);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
