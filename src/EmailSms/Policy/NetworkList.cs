using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Policy;

/// <summary>
/// The networks a rule believes. Where the address of a TCP connection is proof of a sender, a list is never empty and
/// none of it so wide that the open internet fits in.
/// </summary>
internal sealed class NetworkList
{
    public const int EntriesMax = 100;

    /// <summary>The widest IPv4 network: 10.0.0.0/8 is the largest that is anybody's own (RFC 1918).</summary>
    public const int V4LengthMin = 8;

    /// <summary>The widest IPv6 network. Private networks are /48 by their standard (RFC 4193 3).</summary>
    public const int V6LengthMin = 16;

    private const int MappedBits = 96; // ::ffff:0:0/96, RFC 4291 2.5.5.2
    private static readonly char[] Separators = [' ', ',', ';', '\t', '\r', '\n'];

    private readonly IPNetwork[] _networks;

    private NetworkList(IPNetwork[] networks) => _networks = networks;

    /// <summary>This machine alone.</summary>
    public static NetworkList Loopback { get; } = new([IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")]);

    /// <summary>Takes CIDR networks and plain addresses, parted by commas or spaces.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out NetworkList? networks, out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        List<IPNetwork> read = [];
        string[] words = (text ?? "").Split(
            Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string word in words.Take(EntriesMax + 1))
        {
            if (TryParse(word, out IPNetwork network, out string? mistake)) read.Add(network);
            else wrong.Add(mistake);
        }

        if (words.Length > EntriesMax) wrong.Add($"A rule takes at most {EntriesMax} networks.");
        if (words.Length == 0)
        {
            wrong.Add("A rule must name the networks it believes, such as 127.0.0.0/8 or 192.0.2.0/24: "
                + "a From header alone proves nothing.");
        }

        mistakes = wrong;
        networks = wrong.Count == 0 ? new NetworkList([.. read]) : null;
        return networks is not null;
    }

    /// <summary>
    /// Whether the address is in one of them. IPv4 through an IPv6 socket is IPv4 here, as it is to
    /// <see cref="IPNetwork.Contains"/>: no IPv6 network holds it.
    /// </summary>
    public bool Contains(IPAddress address) => Array.Exists(_networks, network => network.Contains(address));

    /// <summary>The networks one by one.</summary>
    public IReadOnlyList<IPNetwork> All => _networks;

    /// <summary>The list as it is stored and shown.</summary>
    public override string ToString() => string.Join(' ', _networks);

    private static bool TryParse(string word, out IPNetwork network, [NotNullWhen(false)] out string? mistake)
    {
        network = default;
        mistake = $"{word} is not a network: write it like 192.0.2.0/24, 192.0.2.7 or 2001:db8::/48.";
        int slash = word.IndexOf('/');
        string addressText = slash < 0 ? word : word[..slash];
        if (!IPAddress.TryParse(addressText, out IPAddress? address) || addressText.ContainsAny('%', '[')) return false;

        // IPAddress also takes 10 for 0.0.0.10 and 010 for 8, as C's inet_aton does: nobody means that.
        bool isV4 = address.AddressFamily is AddressFamily.InterNetwork;
        if (isV4 && address.ToString() != addressText) return false;
        int bits = isV4 ? 32 : 128;
        int length = bits;
        if (slash >= 0
            && !int.TryParse(word.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length))
        {
            return false;
        }

        if (length > bits) return false;
        if (address.IsIPv4MappedToIPv6 && length >= MappedBits)
        {
            (address, isV4, length) = (address.MapToIPv4(), true, length - MappedBits);
        }

        int lengthMin = isV4 ? V4LengthMin : V6LengthMin;
        IPNetwork read = IPNetwork.Parse($"{address}/{length}");
        if (length < lengthMin)
        {
            mistake = $"{word} is too wide to prove anything: /{lengthMin} is the widest, and the narrower the better.";
        }
        else if (!read.BaseAddress.Equals(address))
        {
            mistake = $"{word} is an address inside a network: write {read} or {address}.";
        }
        else
        {
            network = read;
            mistake = null;
        }

        return mistake is null;
    }
}
