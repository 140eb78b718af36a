using System.Net;

namespace EmailSms.Cli.Demo;

/// <summary>What the demo was asked for on the command line.</summary>
/// <param name="Smtp">Where to listen for mail.</param>
/// <param name="Smsc">An SMSC of one's own instead of the simulator.</param>
/// <param name="SystemId">The account there.</param>
/// <param name="Password">Its password.</param>
/// <param name="SmartHost">A mail server of one's own instead of the catch-all mailbox.</param>
/// <param name="Allow">Who may send: addresses and domains; empty for anybody on loopback.</param>
/// <param name="Folder">Where the store is kept; null for a temporary folder.</param>
/// <param name="Once">End after the round trip.</param>
/// <param name="Json">Print JSON lines.</param>
internal sealed record DemoOptions(
    IPEndPoint Smtp,
    DnsEndPoint? Smsc,
    string SystemId,
    string Password,
    DnsEndPoint? SmartHost,
    IReadOnlyList<string> Allow,
    string? Folder,
    bool Once,
    bool Json)
{
    /// <summary>The domain whose addresses are phones.</summary>
    public const string Domain = "sms.example";

    /// <summary>The number that the phones see, and answer to.</summary>
    public const string OwnNumber = "+447700900999";

    /// <summary>The phone of the tour.</summary>
    public const string Phone = "+447700900123";

    /// <summary>Who sends the monitoring mail of the tour: somebody who is allowed to.</summary>
    public string Monitor => Allow.Count == 0 ? "nagios@plant.example"
        : Allow[0].LastIndexOf('@') > 0 ? Allow[0]
        : $"nagios@{Allow[0].TrimStart('@')}";
}
