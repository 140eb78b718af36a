using System.ComponentModel.DataAnnotations;

namespace EmailSms.Carriers;

/// <summary>
/// An optional parameter that a carrier wants for a registry: an entry of <c>VendorTlvs</c>, in their order.
/// </summary>
internal sealed class VendorTlvOptions
{
    /// <summary>Its number, such as 0x1400.</summary>
    public string Tag { get; set; } = "";

    /// <summary>
    /// What it says, with places for the ids: <c>{dltEntity}</c>, <c>{dltTemplate}</c>, <c>{dltTelemarketer}</c>,
    /// <c>{campaign}</c>. It is left out where one of them is not known.
    /// </summary>
    public string Value { get; set; } = "";

    /// <summary>
    /// Its form: octets; c-octets, with a NUL at the end; or u8, u16, u32, u64, a number of so many bits.
    /// </summary>
    [RegularExpression(
        "octets|c-octets|u8|u16|u32|u64", ErrorMessage = "The type is octets, c-octets, u8, u16, u32 or u64.")]
    public string Type { get; set; } = "octets";

    /// <summary>How a text is written: ascii, latin1, utf-8 or ucs2.</summary>
    [RegularExpression("ascii|latin1|utf-8|ucs2", ErrorMessage = "The encoding is ascii, latin1, utf-8 or ucs2.")]
    public string Encoding { get; set; } = "ascii";

    /// <summary>sha256: the hash of the value, as hexadecimal digits in small letters, in its place.</summary>
    [RegularExpression("|sha256", ErrorMessage = "The hash is sha256, or nothing.")]
    public string Hash { get; set; } = "";

    /// <summary>
    /// Prefixes of the numbers that are not texted without it, such as +91; empty: it may always be missing.
    /// </summary>
    public string RequiredFor { get; set; } = "";
}
