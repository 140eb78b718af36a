using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>
/// The values of HTTP carriers among the settings. Their definition says which of them may be shown; all others are
/// masked, and so is what follows the path of an address.
/// </summary>
internal static class CarrierSecrets
{
    /// <summary>Masks them among the settings by key.</summary>
    public static void Mask(SortedDictionary<string, string> flat, GatewaySettings settings)
    {
        foreach ((string name, CarrierOptions carrier) in settings.Carriers)
        {
            DefinitionShelf.TryLoad(carrier.Definition, out HttpDefinition? definition, out _);
            foreach ((string value, string text) in carrier.Values)
            {
                string key = $"{CarrierOptions.Section}:{name}:{nameof(CarrierOptions.Values)}:{value}";
                bool isPublic = flat[key] != Audit.Masked && definition?.Values.Any(
                    one => !one.IsSecret && one.Name.Equals(value, StringComparison.OrdinalIgnoreCase)) is true;
                flat[key] = isPublic ? WithoutQuery(text) : text.Length > 0 ? Audit.Masked : "";
            }
        }
    }

    /// <summary>
    /// A setting as it was before, masked where it is now: earlier versions wrote these down as they are.
    /// </summary>
    public static string Masked(KeyValuePair<string, string> before, SortedDictionary<string, string> now)
    {
        if (!IsValue(before.Key) || before.Value.Length == 0) return before.Value;
        bool isShown = now.TryGetValue(before.Key, out string? shown)
            && !shown.EndsWith(Audit.Masked, StringComparison.Ordinal);
        return isShown ? before.Value : Audit.Masked;
    }

    private static bool IsValue(string key) =>
        key.StartsWith($"{CarrierOptions.Section}:", StringComparison.Ordinal)
        && key.Contains($":{nameof(CarrierOptions.Values)}:", StringComparison.Ordinal);

    // Some gateways take their key in the address.
    private static string WithoutQuery(string text)
    {
        bool hasMore = Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            && (address.Query.Length > 0 || address.UserInfo.Length > 0);
        if (!hasMore) return text;
        string shown = address!.GetComponents(
            UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return $"{shown}?{Audit.Masked}";
    }
}
