using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EmailSms.Smtp.Tests;

public sealed class TelemetryTests
{
    private const string Listener = "telemetry"; // other tests run beside this one

    [Fact]
    public async Task What_happens_in_a_session_is_counted()
    {
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == SmtpTelemetry.Name) meters.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string[] all = [.. tags.ToArray().Select(tag => $"{tag.Value}")];
            if (all is not [Listener, .. var rest]) return;
            seen.Enqueue($"{instrument.Name} {value} {string.Join(' ', rest)}".TrimEnd());
        });
        listener.Start();

        var ann = SmtpCredential.Create("ann", "pencil", 4096);
        await using (Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.ListenerName = Listener;
            options.Certificate = TestCertificate.Context;
            options.Credentials = (_, _) => new(ann);
        }))
        {
            await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
            await talk.AskAsync("STARTTLS", "220");
            await talk.SecureAsync();
            await talk.AskAsync("EHLO client.example", "250");
            await talk.AskAsync("AUTH PLAIN AGFubgBwZW5jaWw=", "235");
            await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
            await talk.AskAsync("RCPT TO:<refused@gw.example>", "550");
            await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
            await talk.AskAsync("DATA", "354");
            await talk.AskAsync("text\r\n.", "250");
            await talk.AskAsync("BOGUS", "500");
            await talk.AskAsync("QUIT", "221");
            await talk.HearTheEndAsync();
        }

        string[] expected =
        [
            "smtp.connections 1 taken", "smtp.sessions.active 1", "smtp.commands 1 EHLO", "smtp.commands 1 STARTTLS",
            "smtp.tls.handshakes 1 1.3", "smtp.commands 1 EHLO", "smtp.commands 1 AUTH", "smtp.auth 1 PLAIN 235",
            "smtp.commands 1 MAIL", "smtp.commands 1 RCPT", "smtp.refusals 1 RCPT 550 5.7.1", "smtp.commands 1 RCPT",
            "smtp.commands 1 DATA", "smtp.mails 1 250", "smtp.mail.octets 6", "smtp.commands 1 UNKNOWN",
            "smtp.refusals 1 UNKNOWN 500 5.5.1", "smtp.commands 1 QUIT", "smtp.sessions.active -1",
        ];
        Assert.Equal(expected, seen.Select(one => one.Replace("handshakes 1 1.2", "handshakes 1 1.3")));
    }

    [Fact]
    public async Task A_mail_is_an_activity_around_the_handler()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SmtpTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Listener.Equals(activity.GetTagItem("smtp.listener"))) ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        string? inside = null;
        await using Mailroom room = await Mailroom.OpenAsync(options => options.ListenerName = Listener);
        room.Look = _ =>
        {
            inside = Activity.Current?.Id;
            return Task.CompletedTask;
        };
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
        await talk.AskAsync("X-Refuse: yes\r\n.", "554");

        Activity mail = Assert.Single(ended);
        Assert.Equal(("smtp.mail", ActivityKind.Server, inside), (mail.OperationName, mail.Kind, mail.Id));
        Assert.Equal(ActivityStatusCode.Error, mail.Status);
        Assert.Equal([554, 15L, 1], [
            mail.GetTagItem("smtp.code"), mail.GetTagItem("smtp.octets"), mail.GetTagItem("smtp.recipients"),
        ]);
    }

    [Fact]
    public async Task A_session_keeps_what_its_host_gives_it()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        SmtpSessionInfo session = Assert.Single(room.Sessions);
        session.Items["quota"] = 3;
        await talk.AskAsync("EHLO again.example", "250");
        Assert.Equal(3, session.Items["quota"]);
    }

    [Fact]
    public void The_table_of_the_README_has_every_instrument()
    {
        List<string> instruments = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == SmtpTelemetry.Name) instruments.Add($"{instrument.Name} {instrument.Unit}");
        };
        listener.Start();
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(SmtpTelemetry).TypeHandle);

        IEnumerable<string> rows = ReadmeTests.Readme.Split('\n')
            .Where(line => line.StartsWith("| `smtp.", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => $"{cells[1].Trim('`')} {cells[2].Trim('`')}");
        Assert.Equal(instruments.Distinct().Order(), rows.Order());
    }
}
