using System.ComponentModel.DataAnnotations;
using System.Net;

namespace EmailSms.Policy.Proof;

/// <summary>The section <c>Dns</c>: who is asked about senders' domains, and for how long.</summary>
internal sealed class DnsOptions : IValidatableObject
{
    public const string Section = "Dns";

    private const int Port = 53;

    /// <summary>
    /// Resolvers, such as <c>127.0.0.1</c> or <c>[::1]:5353</c>, asked in their order. Empty: those of the system.
    /// </summary>
    public List<string> Servers { get; set; } = [];

    /// <summary>How long one server may take for one answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1000000", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a server that gave no answer is asked again.</summary>
    [Range(0, 5)]
    public int Retries { get; set; } = 1;

    /// <summary>
    /// How long all questions about one mail may take, at RCPT and again at the end of DATA. RFC 7208 4.6.4 wants at
    /// least 20 seconds for SPF.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan MailTimeMax { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Questions about one mail, at RCPT and again at the end of DATA. SPF alone may need 112 (RFC 7208 4.6.4).
    /// </summary>
    [Range(10, 1000)]
    public int MailQuestionsMax { get; set; } = 150;

    /// <summary>Answers that are remembered. 0: none.</summary>
    [Range(0, 1_000_000)]
    public int CacheEntriesMax { get; set; } = 10_000;

    /// <summary>How long an answer is remembered, whatever its TTL says.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CacheTimeMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long it is remembered that there is no such name or record; RFC 2308 5 allows hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "03:00:00")]
    public TimeSpan NegativeCacheTimeMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The servers, parsed.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. Servers.Select(server => Parse(server)!)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (int i = 0; i < Servers.Count; i++)
        {
            if (Parse(Servers[i]) is not null) continue;
            yield return new ValidationResult(
                $"'{Servers[i]}' is not the address of a resolver such as 127.0.0.1 or [::1]:5353.",
                [$"{nameof(Servers)}:{i}"]);
        }
    }

    private static IPEndPoint? Parse(string server)
    {
        if (!IPEndPoint.TryParse(server, out IPEndPoint? point)) return null;
        if (point.Port == 0) point.Port = Port;
        return point;
    }
}
