using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smtp.Tests;

/// <summary>The examples of the library's README: they are there word for word, and they work.</summary>
public sealed class ReadmeTests
{
    private static readonly ILoggerFactory Loggers = NullLoggerFactory.Instance;

    internal static string Readme => File.ReadAllText(Path.Combine(Root, "src", "EmailSms.Smtp", "README.md"));

    private static string Root
    {
        get
        {
            string root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "EmailSms.sln"))) root = Path.GetDirectoryName(root)!;
            return root;
        }
    }

    [Fact]
    public async Task The_server_of_the_README_keeps_mail_for_its_domain()
    {
        string folder = Directory.CreateTempSubdirectory("smtp-readme-").FullName;
        await using SmtpServer server = await StartAsync(0, folder);
        await using (WireTalk talk = await WireTalk.GreetedAsync(server.Endpoints[0]))
        {
            await talk.AskAsync("MAIL FROM:<ann@example.org>", "250");
            await talk.AskAsync("RCPT TO:<bob@elsewhere.example>", "550 5.7.1 Relaying denied");
            await talk.AskAsync("RCPT TO:<bob@example.org>", "250");
            await talk.AskAsync("DATA", "354");
            await talk.AskAsync("Subject: hi\r\n\r\ntext\r\n.", "250 2.6.0");
        }

        string mail = await File.ReadAllTextAsync(
            Assert.Single(Directory.GetFiles(folder)), TestContext.Current.CancellationToken);
        Assert.Equal("Subject: hi\r\n\r\ntext\r\n", mail);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_submission_of_the_README_wants_TLS_and_a_password()
    {
        var certificate = TestCertificate.Context;
        var accounts = new Dictionary<string, string>
        {
            ["ann"] = SmtpCredential.Create("ann", "pencil", 4096).ToStored(),
        };
        SmtpServerOptions options = Submission(certificate, accounts);
        await using var server = new SmtpServer(() => new Catchall(Path.GetTempPath()), Loggers);
        await server.StartAsync(
            [new SmtpListener(new IPEndPoint(IPAddress.Loopback, 0), options)], TestContext.Current.CancellationToken);
        await using WireTalk talk = await WireTalk.GreetedAsync(server.Endpoints[0]);
        await talk.AskAsync("MAIL FROM:<ann@example.org>", "530 5.7.0 Must issue a STARTTLS");
        await talk.AskAsync("STARTTLS", "220");
        await talk.SecureAsync();
        await talk.AskAsync("EHLO client.example", "250");
        await talk.AskAsync("MAIL FROM:<ann@example.org>", "530 5.7.0 Authentication");
        await talk.AskAsync("AUTH PLAIN AGFubgBwZW5jaWw=", "235");
        await talk.AskAsync("MAIL FROM:<ann@example.org>", "250");
    }

    [Theory]
    [InlineData("server", "        ")]
    [InlineData("handler", "")]
    [InlineData("submission", "        ")]
    public void The_README_has_these_examples_word_for_word(string example, string indent)
    {
        string source = File.ReadAllText(Path.Combine(Root, "tests", "EmailSms.Smtp.Tests", "ReadmeTests.cs"));
        string begin = $"\n{indent}// <{example}>\n";
        int from = source.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        int to = source.IndexOf($"\n{indent}// </{example}>", StringComparison.Ordinal);
        string code = source[(from + indent.Length)..to].Replace("\n" + indent, "\n", StringComparison.Ordinal);
        Assert.Contains($"```csharp\n{code}\n```", Readme, StringComparison.Ordinal);
    }

    private static async Task<SmtpServer> StartAsync(int port, string folder)
    {
        // <server>
        var options = new SmtpServerOptions { HostName = "mx.example.org", MailBytesMax = 2 * 1024 * 1024 };
        var server = new SmtpServer(options, () => new Catchall(folder), Loggers);
        await server.StartAsync([new IPEndPoint(IPAddress.Loopback, port)]);
        // </server>
        return server;
    }

    private static SmtpServerOptions Submission(
        Func<System.Net.Security.SslStreamCertificateContext?> certificate, Dictionary<string, string> accounts)
    {
        // <submission>
        var submission = new SmtpServerOptions
        {
            ListenerName = "submission",
            HostName = "mx.example.org",
            Certificate = certificate,
            Tls = SmtpTls.Required, // Offered: port 25. Required: 587. Implicit: 465.
            RequiresAuthentication = true,
            Credentials = (name, stopping) => new(accounts.TryGetValue(name, out string? stored)
                ? SmtpCredential.FromStored(name, stored) // made once: SmtpCredential.Create(name, password).ToStored()
                : null),
        };
        // </submission>
        return submission;
    }
}

// <handler>
internal sealed class Catchall(string folder) : ISmtpHandler
{
    public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping) =>
        new(SmtpReply.Ok);

    public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping) => new(SmtpReply.SenderOk);

    public ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping) =>
        new(recipient.Domain == "example.org" ? SmtpReply.RecipientOk : SmtpReply.RelayingDenied);

    public async ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping)
    {
        await using FileStream file = File.Create(Path.Combine(folder, $"{Guid.CreateVersion7():N}.eml"));
        await message.OpenRead().CopyToAsync(file, stopping);
        file.Flush(flushToDisk: true); // 250 is a promise
        return SmtpReply.MailTaken;
    }

    public void OnReset()
    {
    }
}
// </handler>
