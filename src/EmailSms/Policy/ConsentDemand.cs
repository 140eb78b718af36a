using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What a rule demands: a consent to a purpose, for one class of SMS or for all.</summary>
internal readonly record struct ConsentDemand(SmsClass? Class, string Purpose)
{
    /// <summary>Takes <c>marketing</c>, or <c>flash:marketing</c>.</summary>
    public static bool TryParse(string text, out ConsentDemand demand, [NotNullWhen(false)] out string? mistake)
    {
        string[] parts = text.ToLowerInvariant().Split(':');
        SmsClass? smsClass = null;
        mistake = null;
        if (parts.Length == 2)
        {
            if (Words<SmsClass>.TryParse(parts[0], out SmsClass named)) smsClass = named;
            else mistake = $"{parts[0]} is no class: it is normal, urgent or flash.";
        }

        demand = new ConsentDemand(smsClass, parts[^1]);
        if (parts.Length > 2 || !Consent.IsPurpose(demand.Purpose))
        {
            mistake ??= $"'{text}' is no consent to demand: write a purpose such as marketing, or flash:marketing.";
        }

        return mistake is null;
    }
}
