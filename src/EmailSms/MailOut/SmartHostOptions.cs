using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace EmailSms.MailOut;

/// <summary>How the way to the smart host is kept from listeners.</summary>
internal enum SmartHostTls
{
    /// <summary>TLS from the first byte on port 465, else STARTTLS where the host offers it.</summary>
    Auto,

    /// <summary>In the clear, for a host on this machine.</summary>
    None,

    /// <summary>STARTTLS, or nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 3.3).</summary>
    Implicit,
}

/// <summary>
/// The section <c>SmartHost</c>: the mail server that takes our notices and replies. Without a <see cref="Host"/> they
/// wait on disk.
/// </summary>
internal sealed class SmartHostOptions
{
    public const string Section = "SmartHost";

    [StringLength(255, MinimumLength = 1)]
    public string? Host { get; set; }

    /// <summary>RFC 6409 3.1: submission is 587.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    [EnumDataType(typeof(SmartHostTls))]
    public SmartHostTls Tls { get; set; } = SmartHostTls.Auto;

    /// <summary>Off for a certificate whose revocation list cannot be reached from here.</summary>
    public bool CheckRevocation { get; set; } = true;

    [StringLength(255, MinimumLength = 1)]
    public string? UserName { get; set; }

    [StringLength(1024, MinimumLength = 1)]
    public string? Password { get; set; }

    /// <summary>The name said in EHLO; without one the address of this machine is said.</summary>
    [StringLength(255, MinimumLength = 1)]
    public string? HeloName { get; set; }

    /// <summary>
    /// How long the host may be silent. RFC 5321 4.5.3.2 would wait ten minutes for the last reply; a host that is so
    /// slow holds up every mail behind.
    /// </summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 120;

    /// <summary>The longest wait before the second attempt; each further one doubles it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryFirst { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What the doubling ends at.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>RFC 5321 4.5.4.1: at least 4 or 5 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(5);
}

/// <summary>The attributes above, compiled.</summary>
[OptionsValidator]
internal sealed partial class SmartHostOptionsLimits : IValidateOptions<SmartHostOptions>;

/// <summary>What no attribute can say.</summary>
internal sealed class SmartHostOptionsSense : IValidateOptions<SmartHostOptions>
{
    public ValidateOptionsResult Validate(string? name, SmartHostOptions options)
    {
        List<string> wrong = [];
        if (options.UserName is null != options.Password is null)
        {
            wrong.Add("SmartHost:UserName and SmartHost:Password go together: one of them is missing.");
        }

        if (options is { UserName: not null, Host: { } host, Tls: SmartHostTls.None } && !IsThisMachine(host))
        {
            wrong.Add("SmartHost:Tls is None and SmartHost:Password would travel in the clear: "
                + "use StartTls or Implicit.");
        }

        if (options.Host is null && (options.UserName is not null || options.Password is not null))
        {
            wrong.Add("SmartHost:UserName is set and SmartHost:Host names no host.");
        }

        if (options.RetryFirst > options.RetryMax)
        {
            wrong.Add("SmartHost:RetryFirst is longer than SmartHost:RetryMax.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    internal static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
