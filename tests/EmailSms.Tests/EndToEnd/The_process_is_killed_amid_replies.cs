using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// People text, carriers report and mail goes out, and the process dies at whatever moment: nothing that was answered
/// is lost, each text and each fate is one mail, and what is sent twice was in flight and has the same Message-ID.
/// </summary>
public sealed partial class The_process_is_killed_amid_replies
{
    private const int Kills = 10;
    private const int People = 3;
    private const int Window = 10;

    private static readonly TimeSpan LastMailMax = TimeSpan.FromSeconds(120);

    private readonly SmtpSink _office = SmtpSink.Open();
    private readonly int _seed = Random.Shared.Next();
    private readonly Dictionary<string, int> _unsettled = []; // how often a mail was in flight at a death
    private volatile bool _isOver;
    private int _saidSoFar;

    [Fact]
    public async Task And_whatever_was_answered_is_one_mail()
    {
        var random = new Random(_seed);
        await using SmtpSink ends = _office;
        await using var phones = new SmscSimulator(new SmscSimulatorOptions(), NullLoggerFactory.Instance);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var service = new ServiceProcess(phones.Endpoint.Port, Window, mailPort: _office.Port);
        (int code, string output) = await service.CommandAsync(
            "senders", "add", "--from", "*", "--to", "*", "--notices", "always");
        Assert.True(code == 0, output);
        var alarms = new StubbornClient("alarms") { Pause = TimeSpan.FromMilliseconds(10) };
        Task<List<string>>[] people = [.. Enumerable.Range(0, People).Select(one => TalkAsync(phones, one))];

        HashSet<string> inFlight = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            await service.StartAsync();
            (int before, int saidBefore) = (_office.Mails.Count, Volatile.Read(ref _saidSoFar));
            Task sending = alarms.SendUntilGoneAsync(service.Smtp);
            await TestGateway.UntilAsync(
                () => _office.Mails.Count > before && Volatile.Read(ref _saidSoFar) > saidBefore);
            await Task.Delay(random.Next(0, 400), TestContext.Current.CancellationToken);
            await service.KillAsync();
            await sending;
            await TestGateway.UntilAsync(() => phones.Sessions.Count == 0);
            HashSet<string> now = await InFlightAsync(service);
            foreach (string id in now) _unsettled[id] = _unsettled.GetValueOrDefault(id) + 1;
            int fresh = now.Except(inFlight).Count();
            Assert.True(fresh <= 1, $"Kill {kill} left {fresh} mails in flight on one connection, seed {_seed}.");
            inFlight = now;
        }

        _isOver = true;
        await service.StartAsync();
        await alarms.SendPendingAsync(service.Smtp);
        List<string> said = [.. (await Task.WhenAll(people)).SelectMany(one => one)];
        await AllMailedAsync(service);
        Assert.Equal(0, await service.TerminateAsync());

        List<(string Id, string Content)> mails = [.. _office.Mails.Select(mail => Read(mail.Content))];
        foreach (string text in said)
        {
            int ids = mails.Where(mail => mail.Content.Contains($"\r\n{text}\r\n", StringComparison.Ordinal))
                .Select(mail => mail.Id).Distinct().Count();
            Assert.True(ids == 1, $"'{text}' was answered and is {ids} mails, seed {_seed}.");
        }

        Assert.True(said.Count >= Kills, $"Only {said.Count} texts were taken, seed {_seed}.");
        int fates = mails.Select(mail => mail.Id).Distinct().Count() - said.Count;
        Assert.True(fates == alarms.Taken.Count, $"{alarms.Taken.Count} SMS have {fates} notices, seed {_seed}.");
        foreach (IGrouping<string, string> same in mails.GroupBy(mail => mail.Id, mail => mail.Content))
        {
            int most = 1 + _unsettled.GetValueOrDefault(same.Key);
            Assert.True(same.Count() <= most, $"{same.Key} was sent {same.Count()} times, not {most}, seed {_seed}.");
        }
    }

    // A person says one thing after the other; the carrier tries each until it is answered.
    private async Task<List<string>> TalkAsync(SmscSimulator phones, int person)
    {
        List<string> said = [];
        while (!_isOver)
        {
            string text = $"Person {person} says {said.Count}.";
            using var deadline = new CancellationTokenSource(LastMailMax);
            Assert.True(await phones.InjectAsync(
                $"+44770090012{3 + person}", TestGateway.OwnNumber, text, deadline: deadline.Token));
            said.Add(text);
            Interlocked.Increment(ref _saidSoFar);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return said;
    }

    // The office has them, and the next start does not know: asked of the disk that the dead process left.
    private async Task<HashSet<string>> InFlightAsync(ServiceProcess service)
    {
        await using SqliteStore store = service.OpenStore();
        HashSet<string> sent = [.. _office.Mails.Select(mail => Read(mail.Content).Id)];
        return
        [
            .. store.Read(db => db.Query(
                "select content from outbox where state = 'queued'", row => Read((byte[])row.GetValue(0)).Id))
                .Where(sent.Contains),
        ];
    }

    private async Task AllMailedAsync(ServiceProcess service)
    {
        await using SqliteStore store = service.OpenStore();
        long started = TimeProvider.System.GetTimestamp();
        while (store.Read(db => db.Scalar(
            "select 1 from outbox where state <> 'sent' union all select 1 from sms where state <> 'delivered'")) is 1L)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < LastMailMax, $"Not all is told, seed {_seed}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Empty(store.Read(db => SmsRecord.Search(db, new SmsSearch(State: SmsState.Failed))));
    }

    private static (string Id, string Content) Read(byte[] mail)
    {
        string content = Encoding.Latin1.GetString(mail);
        return (MessageId().Match(content).Groups[1].Value, content);
    }

    [GeneratedRegex("^Message-Id: (<[^>]+>)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex MessageId();
}
