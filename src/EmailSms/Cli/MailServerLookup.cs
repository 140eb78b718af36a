using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailSms.MailOut;
using EmailSms.Policy.Proof;

namespace EmailSms.Cli;

/// <summary>Finds the mail servers of a domain (RFC 5321 5.1), with the resolver that proves senders.</summary>
internal sealed class MailServerLookup(DnsLookup dns, DnsOptions options, TimeProvider time)
{
    private const int ServersMax = 5; // whoever has more is reached by one of these

    public async Task<MailServers> FindAsync(string domain)
    {
        if (!DnsName.TryOfMail(domain, out string? name))
        {
            return new MailServers(MxAnswer.None, [], $"556 5.1.10 {domain} is not a domain of mail");
        }

        using var deadline = new CancellationTokenSource(options.MailTimeMax, time);
        DnsAnswer<string> servers = await dns.MailServersAsync(name, deadline.Token).ConfigureAwait(false);
        if (servers.IsFailed) return Failed(name);
        if (servers.Status is DnsStatus.NoName)
        {
            return new MailServers(MxAnswer.None, [], $"550 5.1.2 There is no domain {name}");
        }

        // RFC 7505 3: one record of an empty name. An empty name beside others is nobody's.
        if (servers.Records is [""])
        {
            return new MailServers(MxAnswer.None, [], $"556 5.1.10 {name} takes no mail (null MX)");
        }

        List<string> hosts = servers.Status is DnsStatus.NoData ? [name] : [.. servers.Records.Take(ServersMax)];
        List<IPAddress> addresses = [];
        bool isFailed = false;
        foreach (string host in hosts)
        {
            foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
            {
                DnsAnswer<IPAddress> found = await dns.AddressesAsync(host, family, deadline.Token)
                    .ConfigureAwait(false);
                addresses.AddRange(found.Records.Except(addresses));
                isFailed |= found.IsFailed;
            }
        }

        return addresses.Count > 0 ? new MailServers(MxAnswer.Found, addresses)
            : isFailed ? Failed(name)
            : new MailServers(MxAnswer.None, [], $"550 5.1.2 No mail server of {name} has an address");
    }

    private static MailServers Failed(string name) => new(
        MxAnswer.Failed, [], string.Create(CultureInfo.InvariantCulture, $"The DNS gave no answer about {name}"));
}
