using System.Buffers;

namespace EmailSms.Composing;

/// <summary>
/// Characters on their way to one string, in memory that is lent: a mail becomes text in several steps, and each would
/// otherwise leave twice its length behind. Ends with <see cref="Finish"/>, once.
/// </summary>
internal ref struct TextBuffer(int capacity)
{
    private char[] _chars = ArrayPool<char>.Shared.Rent(Math.Max(capacity, 16));
    private int _length;

    /// <summary>May be set to less, which takes back what was written since.</summary>
    public int Length
    {
        readonly get => _length;
        set => _length = Math.Min(value, _length);
    }

    public readonly ref char this[int index] => ref _chars[index];

    public void Append(char c)
    {
        if (_length == _chars.Length) Grow(1);
        _chars[_length++] = c;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (_length + text.Length > _chars.Length) Grow(text.Length);
        text.CopyTo(_chars.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>What was written. The memory goes back: nothing more can be.</summary>
    public string Finish()
    {
        string text = new(_chars, 0, _length);
        ArrayPool<char>.Shared.Return(_chars);
        _chars = [];
        return text;
    }

    private void Grow(int more)
    {
        char[] larger = ArrayPool<char>.Shared.Rent(Math.Max(_length + more, 2 * _chars.Length));
        _chars.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<char>.Shared.Return(_chars);
        _chars = larger;
    }
}
