using System.Net;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;

namespace EmailSms.Cli.Demo;

/// <summary>
/// The round trip: an alarm by mail, its SMS and its receipt, the phone's answer as a mail, and the answer to that as
/// an SMS again. With peers of one's own in place of the simulator or the mailbox, only the alarm is sent, and their
/// side is waited for where the tour was asked to go all the way (<c>--once</c>).
/// </summary>
internal sealed class DemoTour(
    DemoOptions options,
    DemoScreen screen,
    SmscSimulator? phones,
    CatchAllMailbox? mailbox,
    TimelineTail tail)
{
    private const string Alarm =
        """
        ***** Nagios *****

        Notification Type: PROBLEM
        Host: cooling-2
        State: DOWN
        Info: CRITICAL - 10.20.0.7: no answer for 60 s

        -- 
        Nagios on monitor.plant.example
        """;

    private const string Answer = "On my way, 10 minutes";
    private const string Thanks = "Thank you. The spare key is at the gate.";
    private static readonly TimeSpan StepMax = TimeSpan.FromSeconds(60);

    /// <summary>Does the tour. Null: all of it worked; else a sentence that says what did not.</summary>
    public async Task<string?> RunAsync(IPEndPoint smtp, CancellationToken stopping)
    {
        string phone = $"{DemoOptions.Phone}@{DemoOptions.Domain}";
        screen.Step(1, $"The monitoring system mails {phone}");
        MimeMessage alarm = Mail(options.Monitor, phone, "** PROBLEM: cooling-2 is DOWN **", Alarm);
        if (await SendAsync(smtp, alarm, stopping).ConfigureAwait(false) is { } refused) return refused;
        if (await SmsAsync("the alarm", stopping).ConfigureAwait(false) is { } noSms) return noSms;
        if (phones is null && !options.Once) return null; // the phones are somebody's own: what they do is up to them

        if (await EventAsync(Timeline.Delivered, stopping).ConfigureAwait(false) is null)
        {
            return $"no receipt came within {StepMax.TotalSeconds:0} s.";
        }

        screen.Step(2, "The phone answers, and the answer is mailed to whoever wrote");
        if (phones is not null)
        {
            await phones.InjectAsync(DemoOptions.Phone, DemoOptions.OwnNumber, Answer, deadline: stopping)
                .ConfigureAwait(false);
        }

        if (await EventAsync(Timeline.Mailed, stopping).ConfigureAwait(false) is null)
        {
            return $"no reply was mailed within {StepMax.TotalSeconds:0} s"
                + (phones is null ? " (the SMSC is yours: send a text from the phone)." : ".");
        }

        (MimeMessage? reply, string? noMail) = await ReplyAsync(alarm, stopping).ConfigureAwait(false);
        if (reply is null) return noMail;

        screen.Step(3, "Staff press Reply, and the phone gets it from the same number");
        MimeMessage thanks = Mail(
            options.Monitor, phone, $"Re: {reply.Subject}", $"{Thanks}\n\nOn that day, {phone} wrote:\n> {Answer}\n");
        thanks.InReplyTo = reply.MessageId!;
        if (await SendAsync(smtp, thanks, stopping).ConfigureAwait(false) is { } refusedAnswer) return refusedAnswer;
        return await SmsAsync("the answer", stopping).ConfigureAwait(false);
    }

    /// <summary>Goes on showing phones and mails until stopped.</summary>
    public async Task ShowOnAsync(CancellationToken stopping)
    {
        await Task.WhenAll(
            ShowPhonesAsync(stopping), ShowMailsAsync(stopping), IgnoreLinesAsync(stopping),
            Task.Delay(Timeout.Infinite, stopping)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static MimeMessage Mail(string from, string to, string subject, string text) => new(
        [MailboxAddress.Parse(from)], [MailboxAddress.Parse(to)], subject, new TextPart("plain") { Text = text })
    {
        MessageId = MimeUtils.GenerateMessageId("plant.example"),
    };

    private static async Task<string?> SendAsync(IPEndPoint smtp, MimeMessage mail, CancellationToken stopping)
    {
        try
        {
            using var client = new SmtpClient();
            await client.ConnectAsync(smtp.Address.ToString(), smtp.Port, SecureSocketOptions.None, stopping)
                .ConfigureAwait(false);
            await client.SendAsync(mail, stopping).ConfigureAwait(false);
            await client.DisconnectAsync(quit: true, stopping).ConfigureAwait(false);
            return null;
        }
        catch (Exception trouble) when (trouble is SmtpCommandException or SmtpProtocolException or IOException)
        {
            return $"the mail was not taken: {trouble.Message}";
        }
    }

    private async Task<string?> SmsAsync(string what, CancellationToken stopping)
    {
        if (phones is null)
        {
            return await EventAsync(Timeline.Sent, stopping).ConfigureAwait(false) is null
                ? $"the SMSC did not take {what} within {StepMax.TotalSeconds:0} s."
                : null;
        }

        using CancellationTokenSource deadline = Deadline(stopping);
        try
        {
            SimulatedSms sms = await phones.NextAsync(deadline.Token).ConfigureAwait(false);
            screen.Phone(sms);
            return sms.From.EndsWith(DemoOptions.OwnNumber[1..], StringComparison.Ordinal)
                ? null
                : $"{what} came from {sms.From}, not from {DemoOptions.OwnNumber}.";
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"the phone did not get {what} within {StepMax.TotalSeconds:0} s.";
        }
    }

    private async Task<(MimeMessage? Reply, string? Trouble)> ReplyAsync(MimeMessage alarm, CancellationToken stopping)
    {
        if (mailbox is null)
        {
            // It went to a mail server of one's own: answered as it is known to be written.
            return (new MimeMessage { Subject = "SMS", MessageId = alarm.MessageId! }, null);
        }

        CaughtMail caught = await mailbox.Mails.ReadAsync(stopping).ConfigureAwait(false);
        screen.Mail(caught);
        bool threaded = caught.Mail.InReplyTo == alarm.MessageId;
        bool right = caught.Mail.TextBody?.Contains(Answer, StringComparison.Ordinal) ?? false;
        return threaded && right
            ? (caught.Mail, null)
            : (null, threaded ? "the mail does not have the phone's words." : "the mail is not in the alarm's thread.");
    }

    private async Task<TimelineEvent?> EventAsync(string kind, CancellationToken stopping)
    {
        // A person at the keys may take all the time; a script may not.
        using CancellationTokenSource deadline = Deadline(stopping);
        try
        {
            while (true)
            {
                (TimelineEvent line, SmsRecord? sms) = await tail.Lines.ReadAsync(deadline.Token).ConfigureAwait(false);
                bool isOurs = sms?.To.E164 == DemoOptions.Phone && sms.Mailbox == options.Monitor;
                if (isOurs && line.Kind == kind) return line;
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private CancellationTokenSource Deadline(CancellationToken stopping)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (options.Once || phones is not null) deadline.CancelAfter(StepMax);
        return deadline;
    }

    private async Task ShowPhonesAsync(CancellationToken stopping)
    {
        if (phones is null) return;
        await foreach (SimulatedSms sms in phones.ReadAllAsync(stopping).ConfigureAwait(false)) screen.Phone(sms);
    }

    private async Task ShowMailsAsync(CancellationToken stopping)
    {
        if (mailbox is null) return;
        await foreach (CaughtMail mail in mailbox.Mails.ReadAllAsync(stopping).ConfigureAwait(false)) screen.Mail(mail);
    }

    private async Task IgnoreLinesAsync(CancellationToken stopping)
    {
        await foreach (object _ in tail.Lines.ReadAllAsync(stopping).ConfigureAwait(false))
        {
            // The screen has shown them; here they only must not pile up.
        }
    }
}
