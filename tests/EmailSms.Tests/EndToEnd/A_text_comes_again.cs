using System.Net;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// A carrier whose text had no answer gives it again, and SMPP has no id to know it by. What a person says twice is
/// something else.
/// </summary>
public sealed class A_text_comes_again
{
    /// <summary>The command_id of deliver_sm_resp (SMPP 3.4 5.1.2.1), as the relay hears it.</summary>
    private const string Answer = "\u0080\0\0\u0005";

    private const int Window = 10;

    [Fact]
    public async Task Because_the_connection_broke_before_the_answer_and_is_one_mail()
    {
        CuttingRelay relay = null!;
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            relay = new CuttingRelay(settings.Carriers["main"].Port);
            settings.Carriers["main"].Port = relay.Port;
        });
        await using CuttingRelay ends = relay;
        relay.Cut = Answer;
        Task said = test.TextAsync("Yes");
        await TestGateway.UntilAsync(() => relay.Cuts > 0);
        relay.Cut = null;
        await said;

        await test.TextAsync("And bring a lamp");
        Assert.StartsWith("Yes", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        Assert.StartsWith("And bring a lamp", (await test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
        Assert.True(test.Phones.Counts.Redeliveries > 0);
        Assert.Equal(2L, test.Store.Read(db => db.Scalar("select count(*) from inbound")));
    }

    [Fact]
    public async Task Because_a_person_says_it_again_and_is_another_mail()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await Task.WhenAll(test.TextAsync("Yes"), test.TextAsync("Yes"), test.TextAsync("Yes"));
        HashSet<string?> ids = [];
        for (int i = 0; i < 3; i++) ids.Add((await test.NextMailAsync()).Mail.MessageId);
        Assert.Equal(3, ids.Count);

        // Stopped in good order, every text had its answer.
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        await test.TextAsync("Yes");
        Assert.True(ids.Add((await test.NextMailAsync()).Mail.MessageId));
    }

    [Fact]
    public async Task Because_the_process_was_killed_before_the_answer_and_is_one_mail()
    {
        await using SmtpSink office = SmtpSink.Open();
        await using var phones = new SmscSimulator(new SmscSimulatorOptions(), NullLoggerFactory.Instance);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var relay = new CuttingRelay(phones.Endpoint.Port);
        using var service = new ServiceProcess(relay.Port, Window, mailPort: office.Port);
        await service.StartAsync();
        relay.Cut = Answer;
        Task<bool> said = SayAsync(phones);
        await TestGateway.UntilAsync(() => relay.Cuts > 0);
        await service.KillAsync();
        relay.Cut = null;
        await service.StartAsync();
        Assert.True(await said);
        await TestGateway.UntilAsync(() => office.Mails.Count > 0);
        Assert.Single(Ids(office));

        // That one has its answer now, so the same words are another text; also after a crash, once that is known.
        Assert.True(await SayAsync(phones));
        await TestGateway.UntilAsync(() => Ids(office).Count == 2);
        await using (SqliteStore store = service.OpenStore())
        {
            await TestGateway.UntilAsync(() => store.Read(
                db => db.Scalar("select 1 from inbound where unanswered is not null")) is null);
        }

        await service.KillAsync();
        await service.StartAsync();
        Assert.True(await SayAsync(phones));
        await TestGateway.UntilAsync(() => Ids(office).Count == 3);
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal(3, Ids(office).Count);
    }

    private static async Task<bool> SayAsync(SmscSimulator phones)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        return await phones.InjectAsync(TestGateway.Phone, TestGateway.OwnNumber, "Yes", deadline: deadline.Token);
    }

    private static HashSet<string> Ids(SmtpSink office) => [.. office.Mails.Select(mail =>
    {
        using var content = new MemoryStream(mail.Content);
        return MimeMessage.Load(content).MessageId!;
    })];
}
