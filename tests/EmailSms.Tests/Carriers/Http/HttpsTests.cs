using System.Security.Cryptography.X509Certificates;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>A carrier over HTTPS: who it has to be, and how it is spoken to.</summary>
public sealed class HttpsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private X509Certificate2 _certificate = null!;
    private Provider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _certificate = TestCertificate.Write(_folder, "carrier");
        TestCertificate.Write(_folder, "other");
        _provider = await Provider.StartAsync(_certificate);
        _provider.Answer = (_, number) => Task.FromResult(new Reply(202, $$"""{"id":"{{number}}"}"""));
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("", "sms.example")] // nobody knows who signed it
    [InlineData("other.pem", "sms.example")]
    [InlineData("carrier.pem", "")] // it is not 127.0.0.1
    [InlineData("carrier.pem", "mail.example")]
    public async Task A_carrier_that_is_not_proven_gets_no_request(string caFile, string name)
    {
        await using HttpCarrier carrier = await StartAsync(caFile, name);
        var outcome = Assert.IsType<Outcome.Retry>((await SendAsync(carrier)).Outcome);
        Assert.Equal("not-sent:no TLS", outcome.Code.Code);
        Assert.Empty(_provider.Requests);
    }

    [Fact]
    public async Task A_carrier_that_is_proven_is_spoken_to_in_HTTP_2_over_one_connection()
    {
        const int Together = 8;
        await using HttpCarrier carrier = await StartAsync("carrier.pem", "sms.example");
        Assert.IsType<Outcome.Accepted>((await SendAsync(carrier)).Outcome);
        var all = new TaskCompletionSource<Reply>();
        _provider.Answer = (_, _) => all.Task;
        Task<Attempt>[] sent = [.. Enumerable.Range(0, Together).Select(_ => SendAsync(carrier))];
        await TestGateway.UntilAsync(() => _provider.Requests.Count == 1 + Together); // side by side
        all.SetResult(new Reply(202, """{"id":"1"}"""));
        Assert.All(await Task.WhenAll(sent), one => Assert.IsType<Outcome.Accepted>(one.Outcome));
        Assert.All(_provider.Requests, asked => Assert.Equal("HTTP/2", asked.Protocol));
        Assert.Single(_provider.Requests.Select(asked => asked.Connection).Distinct());
    }

    private async Task<HttpCarrier> StartAsync(string caFile, string name)
    {
        var options = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "json",
            Values = new() { ["Url"] = _provider.Url },
        };
        options.Tls.ServerName = name;
        if (caFile.Length > 0) options.Tls.CaFile = _folder.File(caFile);
        var carrier = new HttpCarrier("main", options, null, NullLoggerFactory.Instance, TimeProvider.System);
        await carrier.StartAsync();
        return carrier;
    }

    private static async Task<Attempt> SendAsync(HttpCarrier carrier)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        var sms = new OutgoingSms(
            Guid.CreateVersion7(), PhoneNumber.FromE164(TestGateway.Phone), TestGateway.OwnNumber, "Hello", 1, 7, 0,
            TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), [], DespiteOptOut: false);
        return await carrier.SendAsync(sms, deadline.Token);
    }
}
