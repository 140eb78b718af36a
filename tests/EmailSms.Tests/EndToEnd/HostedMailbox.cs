using EmailSms.MailIn.Mailboxes;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.EndToEnd;

/// <summary>A mailbox at a real Dovecot, a gateway that reads it, and mails for it.</summary>
internal static class HostedMailbox
{
    public const string User = "sms@clinic.example";
    public const string Secret = "k3y-4-sms";

    /// <summary>The phone that every test has, with the token of the rule.</summary>
    public static string To { get; } = AddressOf("447700900123");

    public static string AddressOf(string target) => $"sms+{target}+token={Secret}@clinic.example";

    public static MailboxOptions Imap(DovecotServer server) => new()
    {
        Name = "office",
        Host = "127.0.0.1",
        Port = server.ImapPort,
        Tls = MailboxTls.None,
        UserName = User,
        Password = DovecotServer.Password,
        Address = User,
        PollInterval = TimeSpan.FromDays(1),
        ReconnectMax = TimeSpan.FromSeconds(1),
    };

    public static MailboxOptions Pop3(DovecotServer server, MailboxAfter after)
    {
        MailboxOptions mailbox = Imap(server);
        (mailbox.Protocol, mailbox.Port, mailbox.After) = (MailboxProtocol.Pop3, server.Pop3Port, after);
        mailbox.PollInterval = TimeSpan.FromSeconds(1);
        return mailbox;
    }

    public static Task<TestGateway> StartAsync(
        MailboxOptions mailbox, string proofs = "token", string? template = null, string perDestination = "",
        string answers = "") =>
        TestGateway.StartAsync(
            settings =>
            {
                settings.Mailboxes = [mailbox];
                settings.Limits.PerDestination = perDestination;
                settings.Replies.AnswerAddress = answers;
                settings.Dns.Servers = ["127.0.0.1:9"]; // nobody answers
                settings.Dns.Timeout = TimeSpan.FromMilliseconds(100);
            },
            draft => draft with
            {
                Networks = null,
                Listener = "office",
                Proofs = proofs,
                Token = proofs == "token" ? Secret : null,
                Text = draft.Text with { Text = template is null ? "body" : "template", Template = template },
            });

    public static string Mail(
        string text, string from = TestGateway.Staff, string? to = null, string? subject = null,
        string? path = TestGateway.Staff) =>
        (path is null ? "" : $"Return-Path: <{(from == TestGateway.Staff ? path : from)}>\n")
        + $"From: {from}\nTo: {to ?? To}\nSubject: {subject ?? text}\nMessage-ID: <{Guid.NewGuid():N}@clinic.example>\n"
        + $"\n{text}\n";

    /// <summary>One without a Message-ID and a Date: by nothing but its UID it is known again.</summary>
    public static string NamelessMail(string text, string? to = null) =>
        Mail(text, to: to).Replace("Message-ID", "X-Was", StringComparison.Ordinal);

    public static long SeenIn(TestGateway test, string outcome) => test.Store.Read(db => (long)db.Scalar(
        "select count(*) from fetched_mail where outcome = @outcome", ("@outcome", outcome))!);

    public static long Settled(TestGateway test) => test.Store.Read(
        db => (long)db.Scalar("select count(*) from fetched_mail where settled = 1")!);
}
