using System.Globalization;
using System.Text.Json;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Tests.Tidy;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// Programs that others wrote, on either side. One that is missing is a skip here and a failure in CI.
/// </summary>
public sealed class Foreign_peers_get_through
{
    private const string Umlauts = "Grüße vom Kühlhaus 2: +9 °C, bitte prüfen";

    private const string SmtplibScript =
        """
        import smtplib, sys
        from email.message import EmailMessage
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "ann@clinic.example", "447700900123@sms.example", "Kühlhaus"
        mail.set_content(sys.argv[2], cte="base64")
        with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=15) as client:
            assert client.send_message(mail) == {}
            assert client.sendmail("ann@clinic.example", ["447700900124@sms.example", "bob@sms.example"],
                "Subject: x\r\n\r\nPlain text\r\n")["bob@sms.example"][0] == 550
        """;

    // An SMSC that says what it was given, a line each, sends a receipt for it, and texts what it is told to.
    private const string SmscScript =
        """
        const smpp = require('smpp');
        let last = 0, esme;
        const server = smpp.createServer(session => {
          session.on('error', () => {});
          session.on('bind_transceiver', pdu => { esme = session; session.send(pdu.response({ system_id: 'node' })); });
          session.on('enquire_link', pdu => session.send(pdu.response()));
          session.on('unbind', pdu => { session.send(pdu.response()); session.close(); });
          session.on('submit_sm', pdu => {
            const id = String(++last);
            session.send(pdu.response({ message_id: id }));
            console.log(JSON.stringify({ from: pdu.source_addr, to: pdu.destination_addr, coding: pdu.data_coding,
              udh: [].concat(pdu.short_message.udh || []).map(part => part.toString('hex')).join(''),
              text: pdu.short_message.message }));
            session.deliver_sm({ source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
              short_message: `id:${id} sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 `
                + 'stat:DELIVRD err:000 text:' });
          });
        });
        require('readline').createInterface({ input: process.stdin }).on('line', text => esme.deliver_sm(
          { source_addr: '447700900123', source_addr_ton: 1, source_addr_npi: 1, destination_addr: '447700900999',
            short_message: text }));
        server.listen(0, '127.0.0.1', () => console.log(server.address().port));
        """;

    [Fact]
    public async Task Swaks()
    {
        LineProcess.Need("swaks");
        await using TestGateway test = await TestGateway.StartAsync();
        string[] words =
        [
            "--server", "127.0.0.1", "--port", Port(test), "--helo", "client.example", "--timeout", "15",
            "--from", TestGateway.Staff, "--to", "447700900123@sms.example",
        ];
        await RunAsync("swaks", [.. words, "--body", "UPS on battery"]);
        Assert.Equal("UPS on battery", (await test.NextSmsAsync()).Text);

        string base64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Umlauts));
        await RunAsync("swaks",
        [
            .. words, "--body", base64, "--pipeline", "--add-header", "MIME-Version: 1.0",
            "--add-header", "Content-Type: text/plain; charset=utf-8",
            "--add-header", "Content-Transfer-Encoding: base64",
        ]);
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal((Umlauts, "447700900999", "447700900123"), (sms.Text, sms.From, sms.To));
    }

    [Fact]
    public async Task Python_smtplib()
    {
        LineProcess.Need("python3");
        await using TestGateway test = await TestGateway.StartAsync();
        await RunAsync("python3", ["-c", SmtplibScript, Port(test), Umlauts]);
        SimulatedSms[] sms = [await test.NextSmsAsync(), await test.NextSmsAsync()];
        Assert.Equal(
            [("447700900123", Umlauts), ("447700900124", "Plain text")],
            sms.Select(one => (one.To, one.Text)).Order());
    }

    [Theory]
    [InlineData("Hello from a script")]
    [InlineData("Überdruck in Kessel 3 ⚠")]
    public async Task The_sample_of_ours(string text)
    {
        LineProcess.Need("python3");
        await using TestGateway test = await TestGateway.StartAsync();
        string script = Path.Combine(Source.Root, "samples", "senders", "send.py");
        string said = await RunAsync(
            "python3", [script, "127.0.0.1", Port(test), TestGateway.Staff, "447700900123@sms.example", text]);
        Assert.StartsWith("taken", said, StringComparison.Ordinal);
        Assert.Equal(text, (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task Node_smpp_as_the_SMSC()
    {
        string modules = Path.Combine(Source.Root, "tests", "EmailSms.Smpp.Tests", "Peers", "node", "node_modules");
        LineProcess.Need("node");
        LineProcess.Need("npm's smpp", Directory.Exists(Path.Combine(modules, "smpp")));
        using LineProcess smsc = LineProcess.Start("node", ["-e", SmscScript], ("NODE_PATH", modules));
        int port = int.Parse(await smsc.NextLineAsync(), CultureInfo.InvariantCulture);
        await using TestGateway test =
            await TestGateway.StartAsync(settings => settings.Carriers["main"].Port = port);

        await test.SendAsync(TestGateway.Mail("Price: 5 € [net] @ desk_1 {ok}"));
        JsonElement gsm = JsonDocument.Parse(await smsc.NextLineAsync()).RootElement;
        Assert.Equal("Price: 5 € [net] @ desk_1 {ok}", gsm.GetProperty("text").GetString());
        Assert.Equal((0, ""), (gsm.GetProperty("coding").GetInt32(), gsm.GetProperty("udh").GetString()));
        Assert.Equal("447700900999", gsm.GetProperty("from").GetString());
        Assert.Equal("447700900123", gsm.GetProperty("to").GetString());

        await test.SendAsync(TestGateway.Mail("Zażółć 👍 中文"));
        JsonElement ucs2 = JsonDocument.Parse(await smsc.NextLineAsync()).RootElement;
        Assert.Equal("Zażółć 👍 中文", ucs2.GetProperty("text").GetString());
        Assert.Equal(8, ucs2.GetProperty("coding").GetInt32());

        string story = string.Join(' ', Enumerable.Range(0, 50).Select(i => $"word{i}"));
        await test.SendAsync(TestGateway.Mail(story));
        JsonElement[] parts = new JsonElement[3];
        for (int i = 0; i < 3; i++)
        {
            JsonElement part = JsonDocument.Parse(await smsc.NextLineAsync()).RootElement;
            string udh = part.GetProperty("udh").GetString()!;
            Assert.Matches("(0003|08040..)..03(0[123])$", udh); // an 8 bit or a 16 bit reference, 3 parts, this one
            parts[int.Parse(udh[^2..], CultureInfo.InvariantCulture) - 1] = part;
        }

        Assert.Equal(story, string.Concat(parts.Select(part => part.GetProperty("text").GetString())));
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 3);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        await smsc.SayAsync("Danke, 5 € ☺");
        CaughtMail reply = await test.NextMailAsync();
        Assert.StartsWith("Danke, 5 € ☺", reply.Mail.TextBody, StringComparison.Ordinal);
        Assert.Equal([TestGateway.Staff], reply.Recipients);
        Assert.Contains(Timeline.Reply, test.Kinds(sms.Id));
    }

    private static string Port(TestGateway test) => test.Smtp.Port.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(string program, string[] words)
    {
        using LineProcess run = LineProcess.Start(program, words, ("PYTHONIOENCODING", "utf-8"));
        int code = await run.EndAsync();
        Assert.True(code == 0, run.Output + run.Errors);
        return run.Output;
    }
}
