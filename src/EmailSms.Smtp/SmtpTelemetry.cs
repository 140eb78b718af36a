using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EmailSms.Smtp;

/// <summary>
/// What the server tells a host's monitoring. The names of instruments, tags and activities are a promise; they stand
/// in the library's README. Where nobody listens they cost nothing.
/// </summary>
public static class SmtpTelemetry
{
    /// <summary>The name of the meter and of the activity source, for <c>AddMeter</c> and <c>AddSource</c>.</summary>
    public const string Name = "EmailSms.Smtp";

    private const string ListenerTag = "smtp.listener";

    private static readonly Meter Meter = new(Name);

    private static readonly ActivitySource Activities = new(Name);

    private static readonly Counter<long> Connections =
        Meter.CreateCounter<long>("smtp.connections", "{connection}", "Connections, by what became of them.");

    private static readonly UpDownCounter<long> Sessions =
        Meter.CreateUpDownCounter<long>("smtp.sessions.active", "{session}", "Open sessions.");

    private static readonly Counter<long> Commands =
        Meter.CreateCounter<long>("smtp.commands", "{command}", "Commands that were read.");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("smtp.refusals", "{reply}", "Replies of 4xx and 5xx.");

    private static readonly Counter<long> Mails =
        Meter.CreateCounter<long>("smtp.mails", "{mail}", "Mails that were read to their end, by the reply.");

    private static readonly Counter<long> Octets =
        Meter.CreateCounter<long>("smtp.mail.octets", "By", "Octets of the mails that were taken.");

    private static readonly Counter<long> Auths =
        Meter.CreateCounter<long>("smtp.auth", "{exchange}", "AUTH exchanges, by the reply.");

    private static readonly Counter<long> Handshakes =
        Meter.CreateCounter<long>("smtp.tls.handshakes", "{handshake}", "TLS handshakes, by the version agreed on.");

    private static readonly Counter<long> CertificateFailures = Meter.CreateCounter<long>(
        "smtp.certificate.failures", "{failure}", "Renewed certificates that could not be used.");

    internal static void Connected(SmtpServerOptions options, string outcome) =>
        Connections.Add(1, new(ListenerTag, options.ListenerName), new("smtp.outcome", outcome));

    internal static void SessionBegan(SmtpServerOptions options) =>
        Sessions.Add(1, new KeyValuePair<string, object?>(ListenerTag, options.ListenerName));

    internal static void SessionEnded(SmtpServerOptions options) =>
        Sessions.Add(-1, new KeyValuePair<string, object?>(ListenerTag, options.ListenerName));

    internal static void CommandRead(SmtpServerOptions options, SmtpVerb verb)
    {
        if (Commands.Enabled) Commands.Add(1, new(ListenerTag, options.ListenerName), new("smtp.verb", verb.Name()));
    }

    internal static void Refused(SmtpServerOptions options, SmtpVerb verb, SmtpReply reply)
    {
        if (!Refusals.Enabled) return;
        Refusals.Add(
            1,
            new(ListenerTag, options.ListenerName),
            new("smtp.verb", verb.Name()),
            new("smtp.code", reply.Code),
            new("smtp.enhanced_code", reply.EnhancedCode));
    }

    internal static void MailAnswered(SmtpServerOptions options, SmtpReply reply, long bytes)
    {
        if (Mails.Enabled) Mails.Add(1, new(ListenerTag, options.ListenerName), new("smtp.code", reply.Code));
        if (!reply.IsPositive) return;
        Octets.Add(bytes, new KeyValuePair<string, object?>(ListenerTag, options.ListenerName));
    }

    internal static void Authenticated(SmtpServerOptions options, string mechanism, SmtpReply reply)
    {
        if (!Auths.Enabled) return;
        Auths.Add(
            1,
            new(ListenerTag, options.ListenerName),
            new("smtp.mechanism", mechanism),
            new("smtp.code", reply.Code));
    }

    internal static void HandshakeEnded(SmtpServerOptions options, string version) =>
        Handshakes.Add(1, new(ListenerTag, options.ListenerName), new("tls.protocol.version", version));

    internal static void CertificateFailed() => CertificateFailures.Add(1);

    /// <summary>The activity around <see cref="ISmtpHandler.OnMessageAsync"/>; null: nobody listens.</summary>
    internal static Activity? StartMail(SmtpMessage message)
    {
        Activity? activity = Activities.StartActivity("smtp.mail", ActivityKind.Server);
        if (activity is not { IsAllDataRequested: true }) return activity;
        activity.SetTag(ListenerTag, message.Session.Listener);
        activity.SetTag("smtp.session", message.Session.Id);
        activity.SetTag("smtp.octets", message.LengthBytes);
        activity.SetTag("smtp.recipients", message.Recipients.Count);
        return activity;
    }

    internal static void EndMail(Activity? activity, SmtpReply reply)
    {
        activity?.SetTag("smtp.code", reply.Code);
        if (!reply.IsPositive) activity?.SetStatus(ActivityStatusCode.Error, reply.Text);
    }
}
