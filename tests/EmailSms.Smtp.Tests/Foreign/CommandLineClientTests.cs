namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>Clients of the shell: swaks, curl, msmtp.</summary>
public sealed class CommandLineClientTests
{
    private const string Mail = "Subject: hi\r\n\r\n.dot\r\ntext\r\n";

    [Theory]
    [InlineData(Shape.Plain)]
    [InlineData(Shape.PlainWithAuth, "--auth", "LOGIN")]
    [InlineData(Shape.StartTls, "--tls", "--auth", "PLAIN")]
    [InlineData(Shape.StartTls, "--tls", "--auth", "LOGIN", "--pipeline")]
    [InlineData(Shape.Implicit, "--tls-on-connect", "--auth", "PLAIN")]
    public async Task Swaks_sends_a_mail(Shape shape, params string[] more)
    {
        await using Mailroom room = await shape.OpenAsync();
        string[] name = shape is Shape.Plain ? [] : ["--auth-user", "ann", "--auth-password", "pencil"];
        await ForeignProgram.RunAsync(
            "swaks",
            [
                "--server", "127.0.0.1", "--port", ForeignProgram.PortOf(room), "--from", "ann@a.example",
                "--to", "bob@gw.example", "--helo", "client.example", "--body", ".dot", "--timeout", "30",
                .. more, .. name,
            ]);
        Assert.Contains("\r\n\r\n.dot\r\n", (await shape.NextMailAsync(room)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Shape.Plain, "smtp")]
    [InlineData(Shape.PlainWithAuth, "smtp", "--login-options", "AUTH=LOGIN")]
    [InlineData(Shape.StartTls, "smtp", "--ssl-reqd", "--insecure", "--login-options", "AUTH=PLAIN")]
    [InlineData(Shape.StartTls, "smtp", "--ssl-reqd", "--insecure")] // it takes the mechanism it likes best
    [InlineData(Shape.Implicit, "smtps", "--insecure", "--sasl-ir")]
    public async Task Curl_sends_a_mail(Shape shape, string scheme, params string[] more)
    {
        await using Mailroom room = await shape.OpenAsync();
        string[] name = shape is Shape.Plain ? [] : ["--user", "ann:pencil"];
        await ForeignProgram.RunAsync(
            "curl",
            [
                "--silent", "--show-error", "--max-time", "30",
                $"{scheme}://127.0.0.1:{ForeignProgram.PortOf(room)}/client.example",
                "--mail-from", "ann@a.example", "--mail-rcpt", "bob@gw.example", "--upload-file", "-", .. more, .. name,
            ],
            Mail);
        Assert.Equal(Mail, (await shape.NextMailAsync(room)).Text);
    }

    [Theory]
    [InlineData(Shape.Plain, "--tls=off", "--auth=off")]
    [InlineData(Shape.PlainWithAuth, "--tls=off", "--auth=plain")]
    [InlineData(Shape.PlainWithAuth, "--tls=off", "--auth=scram-sha-256")]
    [InlineData(Shape.StartTls, "--tls=on", "--tls-starttls=on", "--auth=on")]
    [InlineData(Shape.Implicit, "--tls=on", "--tls-starttls=off", "--auth=scram-sha-256")]
    [InlineData(Shape.Implicit, "--tls=on", "--tls-starttls=off", "--auth=login")]
    public async Task Msmtp_sends_a_mail(Shape shape, params string[] more)
    {
        await using Mailroom room = await shape.OpenAsync();
        await ForeignProgram.RunAsync(
            "msmtp",
            [
                "--host=127.0.0.1", $"--port={ForeignProgram.PortOf(room)}", "--from=ann@a.example",
                "--domain=client.example", "--tls-certcheck=off", "--timeout=30", "--user=ann",
                "--passwordeval=echo pencil", .. more, "--", "bob@gw.example",
            ],
            Mail.ReplaceLineEndings("\n"));
        Assert.EndsWith("\r\n\r\n.dot\r\ntext\r\n", (await shape.NextMailAsync(room)).Text, StringComparison.Ordinal);
    }
}
