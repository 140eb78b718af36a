using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Caching.Memory;

namespace EmailSms.Policy.Proof;

/// <summary>
/// Asks the DNS: over UDP, over TCP where an answer is cut off, with a memory that keeps answers no longer than they
/// say. It is used by many sessions at once; what one mail may ask for is bounded by a <see cref="DnsBudget"/>.
/// </summary>
internal sealed class DnsLookup : IDisposable
{
    private const int UdpBytesMax = 1232; // what passes everywhere unfragmented (DNS Flag Day 2020)

    // A TXT record may have 64 KB, and a memory of ten thousand of them would not be flat.
    private const int CachedCharsMax = 4096;

    private readonly LookupClient? _client;
    private readonly MemoryCache _cache;
    private readonly DnsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DnsLookup> _log;

    public DnsLookup(DnsOptions options, TimeProvider time, ILogger<DnsLookup> log)
    {
        (_options, _time, _log) = (options, time, log);
        _cache = new MemoryCache(new MemoryCacheOptions { SizeLimit = Math.Max(1, options.CacheEntriesMax) });
        NameServer[] servers = options.Servers.Count > 0
            ? [.. options.EndPoints.Select(point => new NameServer(point))]
            : SystemServers();
        if (servers.Length == 0) return;
        _client = new LookupClient(new LookupClientOptions(servers)
        {
            UseCache = false, // it bounds no memory; ours does
            Timeout = options.Timeout,
            Retries = options.Retries,
            UseTcpFallback = true,
            ThrowDnsErrors = false,
            ContinueOnDnsError = true,
            ContinueOnEmptyResponse = false,
            UseRandomNameServer = false,
            ExtendedDnsBufferSize = UdpBytesMax,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    /// <summary>TXT records, the strings of each put together without spaces (RFC 7208 3.3).</summary>
    public Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken deadline) =>
        AskAsync(name, QueryType.TXT, record => record is TxtRecord txt ? string.Concat(txt.Text) : null, deadline);

    /// <summary>Addresses of one family.</summary>
    public Task<DnsAnswer<IPAddress>> AddressesAsync(
        string name, AddressFamily family, CancellationToken deadline) => AskAsync(
            name,
            family is AddressFamily.InterNetwork ? QueryType.A : QueryType.AAAA,
            record => (record as AddressRecord)?.Address,
            deadline);

    /// <summary>The names of mail servers, the preferred first.</summary>
    public Task<DnsAnswer<string>> MailServersAsync(string name, CancellationToken deadline) =>
        AskAsync(name, QueryType.MX, record => record is MxRecord mx ? Bare(mx.Exchange) : null, deadline);

    /// <summary>The names of an address.</summary>
    public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken deadline) => AskAsync(
        address.GetArpaName().TrimEnd('.'), QueryType.PTR,
        record => record is PtrRecord ptr ? Bare(ptr.PtrDomainName) : null, deadline);

    private static NameServer[] SystemServers()
    {
        try
        {
            // Never somebody else's: without this, a machine without a resolver asks a public one.
            return [.. NameServer.ResolveNameServers(true, fallbackToGooglePublicDns: false)];
        }
        catch (Exception trouble) when (trouble is InvalidOperationException or IOException or SocketException)
        {
            return [];
        }
    }

    private static string Bare(DnsString name) => name.Value.TrimEnd('.');

    private async Task<DnsAnswer<T>> AskAsync<T>(
        string name, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken deadline)
        where T : class
    {
        if (!DnsName.IsAskable(name)) return DnsAnswer<T>.NoName;
        (string, QueryType) key = (name.ToLowerInvariant(), type);
        if (_cache.TryGetValue(key, out (DnsAnswer<T> Answer, long UntilMs) known) && known.UntilMs > NowMs)
        {
            return known.Answer;
        }

        if (_client is null) return Fail<T>(name, type, "there is no server to ask");
        IDnsQueryResponse response;
        try
        {
            response = await _client.QueryAsync(name, type, cancellationToken: deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Fail<T>(name, type, "the time for this mail is over");
        }
        catch (Exception trouble) // whatever bytes a server sends: it is no answer
        {
            return Fail<T>(name, type, trouble.Message);
        }

        if (response.Header.ResponseCode is DnsHeaderResponseCode.NotExistentDomain)
        {
            return Keep(key, DnsAnswer<T>.NoName, NegativeTtl(response), _options.NegativeCacheTimeMax);
        }

        if (response.HasError) return Fail<T>(name, type, response.ErrorMessage);
        List<T> records = [];
        foreach (DnsResourceRecord record in InOrder(response.Answers))
        {
            if (read(record) is { } value) records.Add(value);
        }

        if (records.Count == 0)
        {
            return Keep(
                key, new DnsAnswer<T>(DnsStatus.NoData, []), NegativeTtl(response), _options.NegativeCacheTimeMax);
        }

        int ttl = response.Answers.Min(record => record.InitialTimeToLive);
        return Keep(key, new DnsAnswer<T>(DnsStatus.Found, records), ttl, _options.CacheTimeMax);
    }

    private static IEnumerable<DnsResourceRecord> InOrder(IReadOnlyList<DnsResourceRecord> answers) =>
        answers.OrderBy(record => record is MxRecord mx ? mx.Preference : 0);

    // RFC 2308 5: what the zone's SOA allows, and nothing without one.
    private static int NegativeTtl(IDnsQueryResponse response) =>
        response.Authorities.OfType<SoaRecord>().FirstOrDefault() is { } soa
            ? (int)Math.Min(soa.InitialTimeToLive, Math.Min(soa.Minimum, int.MaxValue))
            : 0;

    private DnsAnswer<T> Keep<T>(
        (string Name, QueryType Type) key, DnsAnswer<T> answer, int ttlSeconds, TimeSpan most)
    {
        var life = TimeSpan.FromSeconds(Math.Clamp(ttlSeconds, 0, (int)most.TotalSeconds));
        int chars = answer.Records.Sum(record => record is string text ? text.Length : 16);
        if (life <= TimeSpan.Zero || _options.CacheEntriesMax == 0 || chars > CachedCharsMax) return answer;
        using ICacheEntry entry = _cache.CreateEntry(key);
        entry.Size = 1;
        entry.AbsoluteExpirationRelativeToNow = life;
        entry.Value = (answer, NowMs + (long)life.TotalMilliseconds);
        return answer;
    }

    private DnsAnswer<T> Fail<T>(string name, QueryType type, string reason)
    {
        _log.DnsFailed(name, type.ToString(), reason);
        return DnsAnswer<T>.Failed;
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
