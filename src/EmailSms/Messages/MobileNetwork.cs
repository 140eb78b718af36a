using System.Text.RegularExpressions;

namespace EmailSms.Messages;

/// <summary>A mobile network by its codes (ITU-T E.212).</summary>
/// <param name="Mcc">The country: three digits.</param>
/// <param name="Mnc">The network in it: two digits or three, as carriers write it.</param>
internal sealed partial record MobileNetwork(string Mcc, string Mnc)
{
    /// <summary>Reads a network as carriers write it.</summary>
    /// <param name="written">Both codes, such as <c>23410</c> or <c>234-10</c>; or that of the country.</param>
    /// <param name="mnc">That of the network, where they are apart.</param>
    /// <returns>Null: it is none, such as a name or the zeros of one that is not known.</returns>
    public static MobileNetwork? Read(string? written, string? mnc = null)
    {
        if (written is null) return null;
        Match match = Whole().Match(mnc is null ? written : $"{written.Trim()}-{mnc.Trim()}");
        if (!match.Success) return null;
        string code = match.Groups[2].Value;
        return new MobileNetwork(match.Groups[1].Value, code.PadLeft(2, '0'));
    }

    /// <summary>Such as <c>234-10</c>.</summary>
    public override string ToString() => $"{Mcc}-{Mnc}";

    // The first digit says the part of the world: 2 to 7, and 9 for networks of no country.
    [GeneratedRegex(@"\A\s*([2-79][0-9]{2})[- /_.]?([0-9]{1,3})\s*\z")]
    private static partial Regex Whole();
}
