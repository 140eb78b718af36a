using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace EmailSms.MailOut;

/// <summary>
/// The section <c>SmartHost</c>: the mail server that takes our notices and replies, and those that take them while it
/// does not. Without a host they wait on disk.
/// </summary>
internal sealed class SmartHostOptions : SmartHostAddress
{
    public const string Section = "SmartHost";

    /// <summary>Without a host: mail goes to the mail servers of each recipient's domain.</summary>
    public bool Direct { get; set; }

    /// <summary>The servers asked, in their order, while those before take nothing.</summary>
    public List<SmartHostAddress> Fallbacks { get; set; } = [];

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

/// <summary>What no attribute can say.</summary>
internal sealed class SmartHostOptionsSense : IValidateOptions<SmartHostOptions>
{
    public ValidateOptionsResult Validate(string? name, SmartHostOptions options)
    {
        List<string> wrong = [.. Wrong(SmartHostOptions.Section, options)];
        for (int i = 0; i < options.Fallbacks.Count; i++)
        {
            string key = $"{SmartHostOptions.Section}:{nameof(options.Fallbacks)}:{i}";
            if (options.Fallbacks[i].Host is null) wrong.Add($"{key}:Host is not set.");
            wrong.AddRange(Wrong(key, options.Fallbacks[i]));
        }

        if (options.Direct && options.Host is not null)
        {
            wrong.Add("SmartHost:Direct and SmartHost:Host are both set: take one.");
        }

        if (options.Host is null && options.Fallbacks.Count > 0)
        {
            wrong.Add("SmartHost:Fallbacks are set and SmartHost:Host names no host.");
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

    private static IEnumerable<string> Wrong(string key, SmartHostAddress options)
    {
        bool takesTokens = options.OAuth.TokenUrl is not null;
        bool isOpen = options is { Host: { } host, Tls: SmartHostTls.None } && !IsThisMachine(host);
        bool hasPassword = options.Password is not null || options.PasswordFile.Length > 0;
        if (!takesTokens && options.UserName is null == hasPassword)
        {
            yield return $"{key}:UserName and {key}:Password go together: one of them is missing.";
        }

        if (isOpen && options.UserName is not null)
        {
            yield return $"{key}:Tls is None and {key}:Password would travel in the clear: use StartTls or Implicit.";
        }

        if (options.Host is null && (options.UserName is not null || hasPassword))
        {
            yield return $"{key}:UserName is set and {key}:Host names no host.";
        }

        if (options.CaFile.Length > 0 && !File.Exists(options.CaFile))
        {
            yield return $"{key}:CaFile: There is no file {options.CaFile}.";
        }

        foreach (string wrong in WrongTokens(key, options, takesTokens)) yield return wrong;
    }

    private static IEnumerable<string> WrongTokens(string key, SmartHostAddress options, bool takesTokens)
    {
        if (!takesTokens)
        {
            if (options.Auth is SmartHostAuth.XOAuth2 or SmartHostAuth.OAuthBearer)
            {
                yield return $"{key}:Auth is {options.Auth}, which needs {key}:OAuth:TokenUrl.";
            }

            yield break;
        }

        if (!Uri.TryCreate(options.OAuth.TokenUrl, UriKind.Absolute, out Uri? url)
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            yield return $"{key}:OAuth:TokenUrl is not the https address of a token endpoint.";
        }

        if (options.UserName is null) yield return $"{key}:OAuth needs {key}:UserName, the mailbox that is meant.";
        bool hasPassword = options.Password is not null || options.PasswordFile.Length > 0;
        if (hasPassword) yield return $"{key}:Password and {key}:OAuth are both set: take one.";
        if (options.OAuth.ClientId is null) yield return $"{key}:OAuth:ClientId is not set.";
        if (!options.OAuth.HasSecret) yield return $"{key}:OAuth needs RefreshToken or ClientSecret, or a file of it.";

        if (options.Auth is not (SmartHostAuth.Auto or SmartHostAuth.XOAuth2 or SmartHostAuth.OAuthBearer))
        {
            yield return $"{key}:Auth is {options.Auth}, which takes no token: use XOAuth2.";
        }
    }
}
