using System.Text;
using Scriban.Runtime;

namespace EmailSms.Messages;

/// <summary>
/// Takes what a template writes, and ends the template where its text is full: what would be cut off is not made. It
/// counts characters, not time, so a template does the same work on any machine.
/// </summary>
internal sealed class TemplateOutput(int charsMax) : IScriptOutput
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether there was more to write, and three dots stand for it.</summary>
    public bool IsFull { get; private set; }

    /// <exception cref="FullException">The text is full; what of it fitted is in it.</exception>
    public void Write(string text, int offset, int count)
    {
        int room = charsMax - _text.Length;
        if (!IsFull && count <= room)
        {
            _text.Append(text, offset, count);
            return;
        }

        if (!IsFull) _text.Append(text, offset, room).Append("...");
        IsFull = true;
        throw new FullException();
    }

    public ValueTask WriteAsync(string text, int offset, int count, CancellationToken cancellationToken)
    {
        Write(text, offset, count);
        return ValueTask.CompletedTask;
    }

    public override string ToString() => _text.ToString();

    /// <summary>The only way out of a template that runs; it goes no further than the rendering.</summary>
    private sealed class FullException() : InvalidOperationException("The text is full.");
}
