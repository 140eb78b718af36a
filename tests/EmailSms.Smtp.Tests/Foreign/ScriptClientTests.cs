using System.Text.Json;

namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>Clients of scripts: Python's smtplib and nodemailer.</summary>
public sealed class ScriptClientTests
{
    private static readonly Lazy<Task<string?>> Nodemailer = new(InstallAsync);

    [Theory]
    [InlineData(Shape.Plain)]
    [InlineData(Shape.PlainWithAuth)]
    [InlineData(Shape.StartTls)]
    [InlineData(Shape.Implicit)]
    public async Task Python_smtplib_sends_mails_and_hears_a_refusal(Shape shape)
    {
        await using Mailroom room = await shape.OpenAsync();
        const string script =
            """
            import smtplib, ssl, sys
            shape, port = sys.argv[1], int(sys.argv[2])
            context = ssl._create_unverified_context()
            client = (smtplib.SMTP_SSL("127.0.0.1", port, timeout=30, context=context) if shape == "Implicit"
                      else smtplib.SMTP("127.0.0.1", port, timeout=30))
            with client:
                if shape == "StartTls":
                    client.starttls(context=context)
                if shape != "Plain":
                    try:
                        client.login("ann", "wrong")
                        raise SystemExit("A wrong password was taken.")
                    except smtplib.SMTPAuthenticationError as refused:
                        assert refused.smtp_code == 535, refused
                    client.login("ann", "pencil")
                for text in (".dot\r\n", "é\r\n".encode()):
                    refused = client.sendmail(
                        "ann@a.example", ["bob@gw.example", "refused@gw.example"],
                        b"Subject: hi\r\n\r\n" + (text if isinstance(text, bytes) else text.encode()),
                        mail_options=["BODY=8BITMIME"])
                    assert refused == {"refused@gw.example": (550, b"5.7.1 Scripted")}, refused
                assert client.noop()[0] == 250
                assert client.verify("bob")[0] == 252
            """;
        await ForeignProgram.RunAsync("python3", ["-c", script, shape.ToString(), ForeignProgram.PortOf(room)]);
        TakenMail first = await shape.NextMailAsync(room);
        Assert.True(first.From.IsEightBit);
        Assert.Equal("Subject: hi\r\n\r\n.dot\r\n", first.Text);
        Assert.Equal("Subject: hi\r\n\r\n\u00c3\u00a9\r\n", (await shape.NextMailAsync(room)).Text);
    }

    [Theory]
    [InlineData(Shape.Plain)]
    [InlineData(Shape.PlainWithAuth)]
    [InlineData(Shape.StartTls)]
    [InlineData(Shape.Implicit)]
    public async Task Nodemailer_sends_mails_over_one_connection_and_hears_a_refusal(Shape shape)
    {
        if (await Nodemailer.Value is { } missing) ForeignProgram.Miss(missing);
        await using Mailroom room = await shape.OpenAsync();
        string options = JsonSerializer.Serialize(new
        {
            port = room.Address.Port,
            secure = shape is Shape.Implicit,
            requireTLS = shape is Shape.StartTls,
            auth = shape is Shape.Plain ? null : new { user = "ann", pass = "pencil" },
        });
        await ForeignProgram.RunAsync(
            "node", ["send.js", options], folder: ForeignProgram.SourceFolder("Foreign", "node"));
        TakenMail first = await shape.NextMailAsync(room);
        Assert.Contains("\r\n\r\n.dot\r\none text\r\n", first.Text, StringComparison.Ordinal);
        Assert.Contains("=?UTF-8?", (await shape.NextMailAsync(room)).Text, StringComparison.Ordinal);
    }

    /// <summary>Null when all is there, else what is missing.</summary>
    private static async Task<string?> InstallAsync()
    {
        string folder = ForeignProgram.SourceFolder("Foreign", "node");
        if (Directory.Exists(Path.Combine(folder, "node_modules", "nodemailer"))) return null;
        ForeignProgram.Need("node");
        ForeignProgram.Need("npm");
        try
        {
            await ForeignProgram.RunAsync(
                "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder: folder);
            return null;
        }
        catch (Exception trouble) when (trouble is Xunit.Sdk.XunitException or OperationCanceledException)
        {
            return $"npm ci failed, so nodemailer is missing: {trouble.Message}";
        }
    }
}
