using System.Globalization;
using System.Text.Json;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using MimeKit;

namespace EmailSms.Cli.Demo;

/// <summary>What the demo prints: lines for people, or an object a line for scripts.</summary>
internal sealed class DemoScreen(bool json)
{
    private readonly Lock _gate = new();

    /// <summary>Everything listens.</summary>
    public void Ready(string smtp, string smsc, string smartHost, string folder)
    {
        if (json)
        {
            Write(new { @event = "ready", smtp, smsc, smartHost, domain = DemoOptions.Domain, data = folder });
            return;
        }

        Write(
            $"""
            EmailSms demo: everything on this machine, nothing leaves it.
              mail in   smtp://{smtp}  for number@{DemoOptions.Domain}
              SMSC      {smsc}
              mail out  {smartHost}
              data      {folder}

            """);
    }

    /// <summary>What happens next in the tour.</summary>
    public void Step(int number, string text) =>
        Write(json ? new { @event = "step", number, text } : $"\n{number}. {text}");

    /// <summary>A line of an SMS's timeline.</summary>
    public void Event(TimelineEvent line, SmsRecord? sms)
    {
        using JsonDocument detail = JsonDocument.Parse(line.Detail);
        if (json)
        {
            Write(new
            {
                @event = line.Kind,
                at = JsonOutput.Time(line.AtMs),
                sms = sms is null ? null : SmsView.Of(sms),
                detail = detail.RootElement,
            });
            return;
        }

        string what = line.Kind switch
        {
            Timeline.Accepted when sms is not null =>
                $"from {(sms.Mailbox.Length > 0 ? sms.Mailbox : "EmailSms")} to {sms.To.E164}: "
                + $"{sms.Parts} part(s), {sms.Encoding}",
            Timeline.Sent => "the carrier has it",
            Timeline.Delivered => "receipt: the phone has it",
            Timeline.Reply => $"the phone answered; goes to {Field(detail, "mailbox")} ({Field(detail, "reason")})",
            Timeline.Mailed => $"mail ({Field(detail, "kind")}) to {Field(detail, "to")} taken by the mail server",
            _ => string.Join("  ", detail.RootElement.EnumerateObject()
                .Where(field => field.Value.ValueKind is not JsonValueKind.Null)
                .Select(field => $"{field.Name}={field.Value}")),
        };
        Write($"   [{line.SmsId[^6..]}] {line.Kind,-10} {what}");
    }

    /// <summary>What the phone shows.</summary>
    public void Phone(SimulatedSms sms)
    {
        if (json)
        {
            Write(new
            {
                @event = "phone",
                from = sms.From,
                to = sms.To,
                text = sms.Text,
                parts = sms.Parts,
                encoding = sms.Encoding.ToString().ToLowerInvariant(),
            });
            return;
        }

        string frame = new('─', 46);
        IEnumerable<string> lines = sms.Text.Split('\n')
            .SelectMany(line => Wrap(line, 44))
            .Select(line => $"   │ {line,-44} │");
        Write(
            $"   ┌{frame}┐\n   │ {$"phone {sms.To}, from {sms.From}",-44} │\n   ├{frame}┤\n"
            + $"{string.Join('\n', lines)}\n   └{frame}┘ {sms.Parts} part(s), {sms.Encoding}");
    }

    /// <summary>A mail that came out.</summary>
    public void Mail(CaughtMail caught)
    {
        MimeMessage mail = caught.Mail;
        if (json)
        {
            Write(new
            {
                @event = "mailbox",
                to = caught.Recipients,
                from = mail.From.ToString(),
                subject = mail.Subject,
                inReplyTo = mail.InReplyTo,
                text = mail.TextBody,
            });
            return;
        }

        Write(
            $"   mailbox    From: {mail.From}\n              To: {mail.To}\n              Subject: {mail.Subject}\n"
            + (mail.InReplyTo is null ? "" : $"              In-Reply-To: <{mail.InReplyTo}>\n")
            + $"              {mail.TextBody?.Trim().ReplaceLineEndings("\n              ")}");
    }

    /// <summary>A log line that somebody who looks at a demo wants to see.</summary>
    public void Log(string kind, LogLevel level, int id, string message) => Write(json
        ? new { @event = kind, id, level = level.ToString().ToLowerInvariant(), message }
        : $"   {kind,-10} {message}");

    /// <summary>The end of the tour.</summary>
    public void End(bool done, string text) =>
        Write(json ? new { @event = done ? "done" : "failed", text } : $"\n{(done ? "" : "It did not work: ")}{text}");

    /// <summary>How to send a mail of one's own.</summary>
    public void Invite(string smtp)
    {
        if (json) return;
        (string host, string port) = (smtp[..smtp.LastIndexOf(':')], smtp[(smtp.LastIndexOf(':') + 1)..]);
        string to = $"{DemoOptions.Phone[1..]}@{DemoOptions.Domain}"; // swaks takes a word with + for an option
        Write(
            $"""

            Now send a mail yourself (Ctrl+C ends the demo):
              swaks --server {smtp} --from you@company.example --to {to} --body "Hello"
              python3 samples/senders/send.py {host} {port} you@company.example {to} "Hello"

            """);
    }

    private static string Field(JsonDocument detail, string name) =>
        detail.RootElement.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    private static IEnumerable<string> Wrap(string line, int width)
    {
        if (line.Length == 0) yield return "";
        var cells = new StringInfo(line);
        for (int i = 0; i < cells.LengthInTextElements; i += width)
        {
            yield return cells.SubstringByTextElements(i, Math.Min(width, cells.LengthInTextElements - i));
        }
    }

    private void Write(object line)
    {
        string text = line as string ?? JsonOutput.Text(line);
        lock (_gate)
        {
            Console.Out.WriteLine(text);
            Console.Out.Flush();
        }
    }
}
