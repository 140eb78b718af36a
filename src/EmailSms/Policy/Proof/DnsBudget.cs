using System.Net;
using System.Net.Sockets;

namespace EmailSms.Policy.Proof;

/// <summary>
/// What one mail may ask the DNS for, in number and in time: a stranger's records must not keep us busy. What is over
/// the limit is a failed lookup. Used by one session, one question after another.
/// </summary>
internal sealed class DnsBudget : IDisposable
{
    private readonly DnsLookup _dns;
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _stopping;
    private int _left;

    public DnsBudget(DnsLookup dns, DnsOptions options, TimeProvider time, CancellationToken stopping)
    {
        _dns = dns;
        _stopping = stopping;
        _left = options.MailQuestionsMax;
        _time = new CancellationTokenSource(options.MailTimeMax, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, stopping);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }

    /// <inheritdoc cref="DnsLookup.TxtAsync"/>
    public Task<DnsAnswer<string>> TxtAsync(string name) => SpendAsync(until => _dns.TxtAsync(name, until));

    /// <inheritdoc cref="DnsLookup.AddressesAsync"/>
    public Task<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family) =>
        SpendAsync(until => _dns.AddressesAsync(name, family, until));

    /// <inheritdoc cref="DnsLookup.MailServersAsync"/>
    public Task<DnsAnswer<string>> MailServersAsync(string name) =>
        SpendAsync(until => _dns.MailServersAsync(name, until));

    /// <inheritdoc cref="DnsLookup.NamesAsync"/>
    public Task<DnsAnswer<string>> NamesAsync(IPAddress address) =>
        SpendAsync(until => _dns.NamesAsync(address, until));

    private async Task<DnsAnswer<T>> SpendAsync<T>(Func<CancellationToken, Task<DnsAnswer<T>>> ask)
    {
        if (_left == 0 || _time.IsCancellationRequested) return DnsAnswer<T>.Failed;
        _left--;
        DnsAnswer<T> answer = await ask(_either.Token).ConfigureAwait(false);
        _stopping.ThrowIfCancellationRequested();
        return answer;
    }
}
