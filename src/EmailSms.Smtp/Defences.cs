namespace EmailSms.Smtp;

/// <summary>
/// What is remembered of clients beyond their sessions. One for all endpoints of a server; each compares with limits of
/// its own.
/// </summary>
internal sealed class Defences(SmtpServerOptions options, TimeProvider time)
{
    private const int AddressesMax = 65_536; // about 5 MB a table when somebody comes from as many

    public WindowCounter<AddressPrefix> Connections { get; } = new(TimeSpan.FromMinutes(1), AddressesMax, time);

    public WindowCounter<AddressPrefix> UnknownRecipients { get; } = new(TimeSpan.FromHours(1), AddressesMax, time);

    public AuthFailures Auth { get; } = new(options.AuthFailureWindow, time);
}
