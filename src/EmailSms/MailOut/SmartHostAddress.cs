using System.ComponentModel.DataAnnotations;

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

/// <summary>How the account is shown to a smart host (RFC 4954).</summary>
internal enum SmartHostAuth
{
    /// <summary>The strongest that the host offers; with <c>OAuth</c> set, XOAUTH2.</summary>
    Auto,

    /// <summary>RFC 4616.</summary>
    Plain,

    /// <summary>What old Exchange servers have.</summary>
    Login,

    /// <summary>RFC 2195.</summary>
    CramMd5,

    /// <summary>RFC 5802.</summary>
    ScramSha1,

    /// <summary>RFC 7677.</summary>
    ScramSha256,

    /// <summary>A token of Microsoft 365 or Google in the place of a password.</summary>
    XOAuth2,

    /// <summary>The same as RFC 7628 has it.</summary>
    OAuthBearer,
}

/// <summary>One mail server that takes our mail: where it is, and who we are there.</summary>
internal class SmartHostAddress
{
    [StringLength(255, MinimumLength = 1)]
    public string? Host { get; set; }

    /// <summary>RFC 6409 3.1: submission is 587.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    [EnumDataType(typeof(SmartHostTls))]
    public SmartHostTls Tls { get; set; } = SmartHostTls.Auto;

    /// <summary>Certificates (PEM) of the authorities to trust instead of the system's.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>Off for a certificate whose revocation list cannot be reached from here.</summary>
    public bool CheckRevocation { get; set; } = true;

    [EnumDataType(typeof(SmartHostAuth))]
    public SmartHostAuth Auth { get; set; } = SmartHostAuth.Auto;

    [StringLength(255, MinimumLength = 1)]
    public string? UserName { get; set; }

    [StringLength(1024, MinimumLength = 1)]
    public string? Password { get; set; }

    /// <summary>A file that has the password in its first line, read at each login.</summary>
    public string PasswordFile { get; set; } = "";

    public OAuthOptions OAuth { get; set; } = new();

    /// <summary>The name said in EHLO; without one the address of this machine is said.</summary>
    [StringLength(255, MinimumLength = 1)]
    public string? HeloName { get; set; }

    /// <summary>
    /// How long the host may be silent. RFC 5321 4.5.3.2 would wait ten minutes for the last reply; a host that is so
    /// slow holds up every mail behind.
    /// </summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 120;
}

/// <summary>Where the tokens of a smart host or a mailbox come from (RFC 6749).</summary>
internal sealed class OAuthOptions
{
    /// <summary>The token endpoint; without one there are no tokens.</summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? TokenUrl { get; set; }

    [StringLength(255, MinimumLength = 1)]
    public string? ClientId { get; set; }

    /// <summary>Not every registration has one.</summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? ClientSecret { get; set; }

    /// <summary>A file that has it in its first line, read for each token.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>Of the mailbox's consent. Without one the client itself asks, by its secret (RFC 6749 4.4).</summary>
    [StringLength(4096, MinimumLength = 1)]
    public string? RefreshToken { get; set; }

    /// <summary>A file that has it in its first line, read for each token.</summary>
    public string RefreshTokenFile { get; set; } = "";

    /// <summary>Whether there is something to ask for a token with.</summary>
    internal bool HasSecret => RefreshToken is not null || ClientSecret is not null || RefreshTokenFile.Length > 0
        || ClientSecretFile.Length > 0;

    [StringLength(1024, MinimumLength = 1)]
    public string? Scope { get; set; }
}
