using System.Net;
using System.Text;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>Finds out where mails come from, with a DNS server of its own.</summary>
internal sealed class OriginProbe : IAsyncDisposable
{
    public const string Client = "198.51.100.7";

    private DnsLookup? _dns;

    /// <summary>It begins with the real time, which signatures made by MimeKit bear.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public DnsServer Dns { get; } = DnsServer.Start();

    public PolicyOptions Options { get; } = new();

    public static PublicSuffixes Suffixes => PublicSuffixes.BuiltIn;

    /// <summary>All of it, as the intake does at the end of DATA.</summary>
    public async Task<Evidence> ExamineAsync(
        string mail, string client = Client, string sender = "ann@x.example", bool checksSpf = true)
    {
        CancellationToken stopping = TestContext.Current.CancellationToken;
        ProofOfOrigin origin = Open();
        IPAddress address = IPAddress.Parse(client);
        SpfVerdict? spf = checksSpf && !origin.IsUpstream(address)
            ? await origin.CheckSpfAsync(address, "h.example", sender, stopping)
            : null;
        HeaderList fields = HeaderList.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)), stopping);
        GatheredProof gathered = await origin.GatherAsync(fields, address, sender, spf, stopping);
        return await origin.ExamineAsync(MailSigner.Load(mail), gathered, stopping);
    }

    public async ValueTask DisposeAsync()
    {
        _dns?.Dispose();
        await Dns.DisposeAsync();
    }

    private ProofOfOrigin Open()
    {
        var options = new DnsOptions
        {
            Servers = [Dns.EndPoint.ToString()],
            Timeout = TimeSpan.FromSeconds(10),
            Retries = 0,
            CacheEntriesMax = 0,
        };
        _dns?.Dispose();
        _dns = new DnsLookup(options, Clock, NullLogger<DnsLookup>.Instance);
        return new ProofOfOrigin(Options, options, _dns, "mx.sms.example", Clock);
    }
}
