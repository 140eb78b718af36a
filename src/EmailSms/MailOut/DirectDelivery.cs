using System.Net;

namespace EmailSms.MailOut;

/// <summary>What the DNS says about a domain's mail servers.</summary>
internal enum MxAnswer
{
    /// <summary>There are some, or the domain's own address stands for them.</summary>
    Found,

    /// <summary>The domain takes no mail (RFC 7505), or there is no such domain.</summary>
    None,

    /// <summary>Nobody could say.</summary>
    Failed,
}

/// <summary>The mail servers of a domain.</summary>
/// <param name="Answer">Whether there are any.</param>
/// <param name="Addresses">Where they are, the preferred first.</param>
/// <param name="Sentence">If there are none: why.</param>
internal sealed record MailServers(MxAnswer Answer, IReadOnlyList<IPAddress> Addresses, string Sentence = "");

/// <summary>
/// Delivery to the mail servers of each recipient's domain (RFC 5321 5.1), without a smart host: one after the other
/// until one answers for the mail. A connection is kept while there is mail, as to a smart host; a server that does
/// not answer is left alone for a while, so that it does not hold up the others again and again.
/// </summary>
internal sealed class DirectDelivery(
    SmartHostAddress options, DkimSignatures signatures, Func<string, Task<MailServers>> find, TimeProvider time,
    int port = DirectDelivery.SmtpPort) : IMailRoute
{
    public const int SmtpPort = 25;

    private const int OpenMax = 10;
    private const int ConnectSecondsMax = 30; // a server that is there answers; the others wait behind this one

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    private readonly Dictionary<IPAddress, SmartHost> _open = [];
    private readonly Dictionary<IPAddress, (DateTimeOffset Until, string Answer)> _resting = [];

    /// <inheritdoc/>
    public string Name => "(the recipient's mail servers)";

    /// <inheritdoc/>
    public bool IsOpen => _open.Values.Any(one => one.IsOpen);

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(OutgoingMail mail)
    {
        MailServers servers = await find(mail.To.Domain).ConfigureAwait(false);
        if (servers.Answer is MxAnswer.None) return new SendResult.Never(servers.Sentence);
        string last = servers.Answer is MxAnswer.Failed ? servers.Sentence : "None of its mail servers has an address.";
        foreach (IPAddress address in servers.Addresses)
        {
            if (_resting.TryGetValue(address, out (DateTimeOffset Until, string Answer) rest)
                && rest.Until > time.GetUtcNow())
            {
                last = rest.Answer;
                continue;
            }

            _resting.Remove(address);
            SmartHost server = await OpenAsync(address).ConfigureAwait(false);
            switch (await server.SendAsync(mail).ConfigureAwait(false))
            {
                case SendResult.HostDown(string answer):
                    last = answer;
                    _resting[address] = (time.GetUtcNow() + Rest, answer);
                    break;
                case SendResult.Dropped(string answer):
                    return new SendResult.Later(answer); // it may have the mail: no other is asked at once
                case var said:
                    return said;
            }
        }

        return new SendResult.Later(last);
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        foreach (SmartHost server in _open.Values)
        {
            await server.CloseAsync().ConfigureAwait(false);
            server.Dispose();
        }

        _open.Clear();
        foreach (IPAddress over in _resting.Where(one => one.Value.Until <= time.GetUtcNow()).Select(one => one.Key)
            .ToList())
        {
            _resting.Remove(over);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SmartHost server in _open.Values) server.Dispose();
    }

    private async Task<SmartHost> OpenAsync(IPAddress address)
    {
        if (_open.TryGetValue(address, out SmartHost? known)) return known;
        if (_open.Count >= OpenMax) await CloseAsync().ConfigureAwait(false);
        return _open[address] = new SmartHost(
            new SmartHostAddress
            {
                Host = address.ToString(),
                Port = port,
                HeloName = options.HeloName,
                TimeoutSeconds = Math.Min(options.TimeoutSeconds, ConnectSecondsMax),
            },
            signatures, tokens: null, isOpportunistic: true);
    }
}
