using EmailSms.Messages;

namespace EmailSms.MailOut.Templates;

/// <summary>What the examples of mails are about: addresses and numbers that nobody has (RFC 2606, Ofcom).</summary>
internal static class SampleValues
{
    public const string Domain = "sms.example";

    public const string Text = "Your appointment is tomorrow at 10:30.\nPlease bring your card & papers.";

    public const string Subject = "Appointment <tomorrow>";

    public const string MessageId = "<sample@clinic.example>";

    public static EmailAddress Admin { get; } = EmailAddress.Parse("admin@clinic.example");

    public static EmailAddress Sender { get; } = EmailAddress.Parse("ann@clinic.example");

    public static PhoneNumber Number { get; } = PhoneNumber.FromE164("+447700900123");

    public static PhoneNumber OtherNumber { get; } = PhoneNumber.FromE164("+447700900124");

    public static Guid Sms { get; } = Guid.Parse("0195f000-0000-7000-8000-000000000001");

    public static DateTimeOffset At { get; } = new(2026, 3, 1, 8, 0, 5, TimeSpan.Zero);
}
