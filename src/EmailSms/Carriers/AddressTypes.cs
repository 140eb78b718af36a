using System.Globalization;
using EmailSms.Smpp;

namespace EmailSms.Carriers;

/// <summary>Type of number and numbering plan as the settings write them: <c>1/1</c> (SMPP 3.4 5.2.5, 5.2.6).</summary>
internal readonly record struct AddressTypes(byte Ton, byte Npi)
{
    public const string Pattern = "[0-6]/([0-9]|1[0-8])";
    public const string Sentence = "This is a type of number and a numbering plan, such as 1/1 or 5/0.";

    /// <summary>Reads what <see cref="Pattern"/> allows.</summary>
    public static AddressTypes Parse(string text)
    {
        string[] both = text.Split('/');
        return new AddressTypes(
            byte.Parse(both[0], CultureInfo.InvariantCulture), byte.Parse(both[1], CultureInfo.InvariantCulture));
    }

    public SmppAddress Of(string digits) => new(Ton, Npi, digits);
}
