namespace EmailSms.Smtp;

/// <summary>A mail on its way in: what was read of it, and what is kept of that.</summary>
internal sealed class IncomingMail(SmtpServerOptions options, bool isChunked) : IDisposable
{
    public DataScanner Scanner { get; } =
        new(
            options.MailBytesMax,
            options.DataLineBytesMax ?? long.MaxValue,
            isChunked,
            options.AllowsBareLineFeeds,
            new ContentScanner(options));

    public DataRate Rate { get; } = new(options.DataBytesPerSecondMin);

    public MailSpool Spool { get; } = new(options.SpoolFolder, options.SpoolMemoryBytesMax);

    public void Dispose() => Spool.Dispose();
}
