using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Policy.Proof;

/// <summary>
/// May this client send mail for that domain? <c>check_host()</c> of RFC 7208 4, with its limits: ten terms that ask
/// the DNS, two answers with nothing in them, ten names of an MX or PTR record. One instance for one check.
/// </summary>
internal sealed class SpfCheck
{
    public const int TermsMax = 10;
    public const int VoidsMax = 2;
    public const int NamesMax = 10;
    private const int ExplanationCharsMax = 200;
    private const string Unknown = "unknown";

    private readonly DnsBudget _dns;
    private readonly IPAddress _client;
    private readonly string _helo;
    private readonly string _receiver;
    private readonly string _localPart;
    private readonly string _senderDomain;
    private readonly TimeProvider _time;
    private IReadOnlyList<string>? _clientNames; // of the client, each confirmed by an address of its own
    private int _terms;
    private int _voids;

    private SpfCheck(
        DnsBudget dns, IPAddress client, string helo, string receiver, string localPart, string domain,
        TimeProvider time)
    {
        _dns = dns;
        _client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        _helo = helo;
        _receiver = receiver;
        _localPart = localPart.Length == 0 ? "postmaster" : localPart; // RFC 7208 4.3
        _senderDomain = domain;
        _time = time;
    }

    /// <summary>
    /// Checks the envelope sender, or for the null reverse-path what the client calls itself (RFC 7208 2.4).
    /// </summary>
    /// <param name="dns">What it may ask.</param>
    /// <param name="client">The address of the client.</param>
    /// <param name="helo">What the client calls itself.</param>
    /// <param name="sender">The envelope sender; empty for the null reverse-path.</param>
    /// <param name="receiver">Our name, which an explanation may have in it.</param>
    /// <param name="time">The clock.</param>
    public static async Task<SpfVerdict> CheckAsync(
        DnsBudget dns, IPAddress client, string helo, string sender, string receiver, TimeProvider time)
    {
        int at = sender.LastIndexOf('@');
        string written = sender.Length == 0 ? helo : sender[(at + 1)..];
        if (!DnsName.TryOfMail(written, out string? domain))
        {
            return new SpfVerdict(SpfResult.None, written, "this is no domain name");
        }

        var check = new SpfCheck(dns, client, helo, receiver, at < 1 ? "" : sender[..at], domain, time);
        try
        {
            Finding found = await check.CheckHostAsync(domain).ConfigureAwait(false);
            var verdict = new SpfVerdict(found.Result, domain, found.Reason);
            return found.Result is SpfResult.Fail && found.Record.Explanation is { } explanation
                ? verdict with { Explanation = await check.ExplainAsync(explanation, found).ConfigureAwait(false) }
                : verdict;
        }
        catch (SpfStop stop)
        {
            return new SpfVerdict(stop.Result, domain, stop.Message);
        }
    }

    // RFC 7208 4.4 to 4.7. None means that there is no record; errors are thrown, since they end the whole check.
    private async Task<Finding> CheckHostAsync(string domain)
    {
        if (!DnsName.TryOfMail(domain, out _)) return Finding.None(domain);
        DnsAnswer<string> answer = await _dns.TxtAsync(domain).ConfigureAwait(false);
        if (answer.IsFailed) throw Temporary(domain);
        List<string> records = [.. answer.Records.Where(SpfRecord.IsOne)];
        if (records.Count == 0) return Finding.None(domain);
        if (records.Count > 1) throw Permanent($"{domain} has more than one SPF record");
        if (!SpfRecord.TryParse(records[0], out SpfRecord? record, out string? wrong))
        {
            throw Permanent($"the SPF record of {domain} is wrong at {Printable(wrong)}");
        }

        foreach (SpfDirective directive in record.Directives)
        {
            if (await FitsAsync(directive, domain).ConfigureAwait(false))
            {
                return new Finding(directive.Qualifier, record, domain, Printable(directive.Text));
            }
        }

        if (record.Redirect is not { } redirect)
        {
            return new Finding(SpfResult.Neutral, record, domain, "no mechanism fits");
        }

        Spend();
        string other = await NameAsync(redirect, domain).ConfigureAwait(false);
        Finding found = await CheckHostAsync(other).ConfigureAwait(false);
        return found.Result is SpfResult.None
            ? throw Permanent($"{domain} redirects to {Printable(other)}, which has no SPF record")
            : found;
    }

    private async Task<bool> FitsAsync(SpfDirective directive, string domain)
    {
        switch (directive.Mechanism)
        {
            case SpfMechanism.All:
                return true;
            case SpfMechanism.Ip4 or SpfMechanism.Ip6:
                return IsIn(directive.Network!, directive);
        }

        Spend();
        string target = directive.Domain is { } written
            ? await NameAsync(written, domain).ConfigureAwait(false)
            : domain;
        switch (directive.Mechanism)
        {
            case SpfMechanism.Include:
                Finding found = await CheckHostAsync(target).ConfigureAwait(false);
                return found.Result is SpfResult.None
                    ? throw Permanent($"{domain} includes {Printable(target)}, which has no SPF record")
                    : found.Result is SpfResult.Pass;
            case SpfMechanism.A:
                return await HasHostAsync(target, directive).ConfigureAwait(false);
            case SpfMechanism.Mx:
                return await HasMailServerAsync(target, directive).ConfigureAwait(false);
            case SpfMechanism.Exists: // an A record, whatever the client's own address is (RFC 7208 5.7)
                DnsAnswer<IPAddress> answer = Count(
                    await _dns.AddressesAsync(target, AddressFamily.InterNetwork).ConfigureAwait(false), target);
                return answer.Status is DnsStatus.Found;
            case SpfMechanism.Ptr:
                IReadOnlyList<string> names = await ClientNamesAsync().ConfigureAwait(false);
                return names.Any(name => DnsName.IsOrIsBelow(name, target));
            default:
                throw new InvalidOperationException("A mechanism is one of eight.");
        }
    }

    private async Task<bool> HasHostAsync(string name, SpfDirective directive)
    {
        DnsAnswer<IPAddress> answer = Count(
            await _dns.AddressesAsync(name, _client.AddressFamily).ConfigureAwait(false), name);
        return answer.Records.Any(address => IsIn(address, directive));
    }

    private async Task<bool> HasMailServerAsync(string name, SpfDirective directive)
    {
        DnsAnswer<string> answer = Count(await _dns.MailServersAsync(name).ConfigureAwait(false), name);
        if (answer.Records.Count > NamesMax)
        {
            throw Permanent($"{Printable(name)} has more than {NamesMax} mail servers");
        }

        foreach (string server in answer.Records)
        {
            if (server.Length == 0) continue; // a null MX: it takes no mail (RFC 7505)
            if (await HasHostAsync(server, directive).ConfigureAwait(false)) return true;
        }

        return false;
    }

    // RFC 7208 5.5: what the client's address is called, as far as the name has that address. What cannot be looked up
    // does not fit; it is no error.
    private async Task<IReadOnlyList<string>> ClientNamesAsync()
    {
        if (_clientNames is not null) return _clientNames;
        List<string> confirmed = [];
        DnsAnswer<string> names = await _dns.NamesAsync(_client).ConfigureAwait(false);
        if (names.IsVoid) CountVoid(_client.ToString());
        foreach (string name in names.Records.Take(NamesMax))
        {
            DnsAnswer<IPAddress> addresses =
                await _dns.AddressesAsync(name, _client.AddressFamily).ConfigureAwait(false);
            if (addresses.Records.Contains(_client)) confirmed.Add(name);
        }

        return _clientNames = confirmed;
    }

    private async Task<string> NameAsync(SpfMacroText text, string domain) =>
        text.ExpandName(await ValuesAsync(text, domain).ConfigureAwait(false));

    private async Task<SpfMacroValues> ValuesAsync(SpfMacroText text, string domain)
    {
        string name = Unknown;
        if (text.NeedsValidatedName)
        {
            if (_clientNames is null) Spend(); // RFC 7208 4.6.4: its PTR is one of the ten
            IReadOnlyList<string> names = await ClientNamesAsync().ConfigureAwait(false);

            // RFC 7208 7.3: the domain itself, else one below it, else any.
            name = names.FirstOrDefault(one => one.Equals(domain, StringComparison.OrdinalIgnoreCase))
                ?? names.FirstOrDefault(one => DnsName.IsOrIsBelow(one, domain))
                ?? (names.Count > 0 ? names[0] : Unknown);
        }

        bool isV6 = _client.AddressFamily is AddressFamily.InterNetworkV6;
        string address = isV6
            ? string.Join('.', Convert.ToHexStringLower(_client.GetAddressBytes()).AsEnumerable())
            : _client.ToString();
        return new SpfMacroValues(
            _localPart, _senderDomain, domain, address, _client.ToString(), isV6, _helo, name, _receiver,
            _time.GetUtcNow().ToUnixTimeSeconds());
    }

    // RFC 7208 6.2: no explanation is better than a wrong one, and errors here change nothing of the result.
    private async Task<string?> ExplainAsync(SpfMacroText place, Finding found)
    {
        try
        {
            DnsAnswer<string> answer = await _dns.TxtAsync(await NameAsync(place, found.Domain).ConfigureAwait(false))
                .ConfigureAwait(false);
            if (answer.Records.Count != 1
                || !SpfMacroText.TryParse(answer.Records[0], SpfMacroPlace.Explanation, out SpfMacroText? text))
            {
                return null;
            }

            string said = Printable(
                text.Expand(await ValuesAsync(text, found.Domain).ConfigureAwait(false)), ExplanationCharsMax);
            return said.Length > 0 ? said : null;
        }
        catch (SpfStop)
        {
            return null;
        }
    }

    private bool IsIn(IPAddress network, SpfDirective directive)
    {
        if (network.AddressFamily != _client.AddressFamily) return false;
        int bits = network.AddressFamily is AddressFamily.InterNetwork ? directive.V4Bits : directive.V6Bits;
        ReadOnlySpan<byte> one = network.GetAddressBytes();
        ReadOnlySpan<byte> other = _client.GetAddressBytes();
        int whole = bits / 8;
        if (!one[..whole].SequenceEqual(other[..whole])) return false;
        int rest = bits % 8;
        return rest == 0 || (one[whole] ^ other[whole]) >> (8 - rest) == 0;
    }

    private void Spend()
    {
        if (++_terms > TermsMax) throw Permanent($"it takes more than {TermsMax} terms that ask the DNS");
    }

    private DnsAnswer<T> Count<T>(DnsAnswer<T> answer, string name)
    {
        if (answer.IsFailed) throw Temporary(name);
        if (answer.IsVoid) CountVoid(name);
        return answer;
    }

    private void CountVoid(string name)
    {
        if (++_voids > VoidsMax)
        {
            throw Permanent($"it names more than {VoidsMax} hosts that are not there, {Printable(name)} the last");
        }
    }

    private static SpfStop Temporary(string name) =>
        new(SpfResult.TempError, $"the DNS gave no answer about {Printable(name)}");

    private static SpfStop Permanent(string reason) => new(SpfResult.PermError, reason);

    // What strangers write goes into replies and logs, so nothing of it may look like a line of its own.
    private static string Printable(string text, int charsMax = 100)
    {
        var clean = new StringBuilder();
        foreach (char c in text)
        {
            if (clean.Length == charsMax) break;
            if (c is >= ' ' and <= '~') clean.Append(c);
        }

        return clean.ToString().Trim();
    }

    private sealed record Finding(SpfResult Result, SpfRecord Record, string Domain, string Reason)
    {
        private static readonly SpfRecord Nothing =
            SpfRecord.TryParse("v=spf1", out SpfRecord? record, out _) ? record : throw new InvalidOperationException();

        public static Finding None(string domain) =>
            new(SpfResult.None, Nothing, domain, $"{Printable(domain)} has no SPF record");
    }

    /// <summary>The end of a check before its end: thrown from wherever, caught once.</summary>
    private sealed class SpfStop(SpfResult result, string reason) : Exception(reason)
    {
        public SpfResult Result { get; } = result;
    }
}
