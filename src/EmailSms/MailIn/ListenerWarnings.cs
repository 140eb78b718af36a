using System.Net;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// What a configuration may do and an admin should know: said by <c>emailsms check</c>, and at the start.
/// </summary>
internal static class ListenerWarnings
{
    /// <summary>Each with the key it is about.</summary>
    public static IEnumerable<(string Key, string Sentence)> Of(MailInOptions options, TimeProvider time)
    {
        foreach (CertificateReport certificate in CertificateReport.Of(options, time))
        {
            if (certificate.Warning is { } warning) yield return (certificate.Key, warning);
        }

        bool isOpen = options.EndPoints.Any(IsOpen) || options.Listeners.Any(one => one.EndPoints.Any(IsOpen));
        if (isOpen && options.Limits.HostName == new SmtpServerOptions().HostName)
        {
            yield return (
                $"{MailInOptions.Section}:{nameof(options.Limits)}:{nameof(options.Limits.HostName)}",
                $"is {options.Limits.HostName}: give clients on other machines the name they know this one by.");
        }

        for (int i = 0; i < options.Listen.Count; i++)
        {
            if (IsOpen(IPEndPoint.Parse(options.Listen[i])))
            {
                yield return (
                    $"{MailInOptions.Section}:{nameof(options.Listen)}:{i}",
                    "can be reached from other machines and knows no AUTH; give it a profile in Smtp:Listeners.");
            }
        }

        for (int i = 0; i < options.Listeners.Count; i++)
        {
            string key = $"{MailInOptions.Section}:{nameof(options.Listeners)}:{i}";
            foreach ((string setting, string sentence) in Of(options, options.Listeners[i]))
            {
                yield return ($"{key}:{setting}", sentence);
            }
        }
    }

    private static IEnumerable<(string Setting, string Sentence)> Of(MailInOptions options, ListenerOptions listener)
    {
        bool hasCertificate = listener.Certificates.Count > 0 || options.Certificates.Count > 0;
        bool isOpen = listener.EndPoints.Any(IsOpen);
        switch (listener.Profile)
        {
            case ListenerProfile.Mx when !hasCertificate:
                yield return (
                    nameof(listener.Certificates), "are none: STARTTLS is not offered, and mail comes in the clear.");
                break;
            case ListenerProfile.LegacyDevice:
                yield return (
                    nameof(listener.Profile),
                    $"is for devices that can do no better: from {string.Join(", ", listener.Networks)} mail is taken "
                    + $"without TLS{(isOpen ? ", and passwords cross the network in the clear." : ".")}");
                break;
            case ListenerProfile.Lmtp when isOpen:
                yield return (nameof(listener.Listen), "speaks LMTP on the network, without TLS or AUTH.");
                break;
        }

        if (listener.AllowsOldTls)
        {
            yield return (nameof(listener.AllowsOldTls), "lets TLS 1.0 and 1.1 in, which are broken (RFC 8996).");
        }
    }

    private static bool IsOpen(EndPoint at) => at is IPEndPoint ip && !IPAddress.IsLoopback(ip.Address);
}
