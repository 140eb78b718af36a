using MimeKit;

namespace EmailSms.Composing;

/// <summary>
/// MimeKit's parser with an end: a part costs a kilobyte of memory and five bytes of mail, so a small mail could
/// otherwise fill a large machine. Below the deepest level a multipart stays unopened. The parts are read where they
/// lie in the stream, not copied, so it stays open as long as they are read.
/// </summary>
internal sealed class BoundedParser(Stream stream, bool isHeaderOnly = false)
    : MimeParser(isHeaderOnly ? Unopened : Opened, stream, MimeFormat.Entity, persistent: true)
{
    private static readonly ParserOptions Opened = Bounded(MailLimits.MimeDepthMax);
    private static readonly ParserOptions Unopened = Bounded(depthMax: 0);

    private int _parts;

    protected override void OnMimeEntityBegin(MimeEntityBeginEventArgs args)
    {
        if (++_parts > MailLimits.PartsMax) throw new TooManyPartsException();
        base.OnMimeEntityBegin(args);
    }

    private static ParserOptions Bounded(int depthMax)
    {
        ParserOptions options = ParserOptions.Default.Clone();
        options.MaxMimeDepth = depthMax;
        return options;
    }

    /// <summary>Leaves the parser, and nothing beyond <see cref="MailComposer.Load"/>.</summary>
    internal sealed class TooManyPartsException : Exception;
}
