namespace EmailSms.Carriers.Http;

/// <summary>
/// A carrier's settings as its definition takes them: every value, from the settings, a file, or a default.
/// </summary>
internal sealed class HttpSettings
{
    private const string Stars = "***";

    private readonly Dictionary<string, (string Value, bool IsSecret)> _values = new(StringComparer.OrdinalIgnoreCase);

    private HttpSettings(string senderId) => SenderId = senderId;

    /// <summary>The source address for an SMS that has none of its own.</summary>
    public string SenderId { get; }

    /// <summary>The secrets among them.</summary>
    public IEnumerable<string> Secrets =>
        _values.Values.Where(one => one.IsSecret && one.Value.Length > 0).Select(one => one.Value);

    /// <summary>
    /// Puts them together, and says what is missing or unknown, with the key in the carrier's section.
    /// </summary>
    public static HttpSettings Read(
        CarrierOptions options, HttpDefinition definition, List<(string Key, string Wrong)> wrong)
    {
        var settings = new HttpSettings(options.SenderId);
        foreach (string name in options.Values.Keys.Concat(options.ValueFiles.Keys))
        {
            if (definition.Values.Any(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) continue;
            string known = string.Join(", ", definition.Values.Select(one => one.Name));
            string section = Has(options.Values, name) is not null
                ? nameof(CarrierOptions.Values)
                : nameof(CarrierOptions.ValueFiles);
            wrong.Add(($"{section}:{name}", $"the definition takes no such value; it takes {known}."));
        }

        foreach (NamedValue one in definition.Values)
        {
            string value = Has(options.Values, one.Name) is { Length: > 0 } given ? given
                : Has(options.ValueFiles, one.Name) is { Length: > 0 } file ? FromFile(one.Name, file, wrong)
                : one.Default;
            if (one.IsRequired && value.Length == 0)
            {
                wrong.Add(($"{nameof(CarrierOptions.Values)}:{one.Name}", $"is missing: {one.About}"));
            }

            settings._values[one.Name] = (value, one.IsSecret);
        }

        return settings;
    }

    /// <summary>A value by its name; null where it is none or empty.</summary>
    public string? Value(string name, bool isMasked = false) =>
        !_values.TryGetValue(name, out (string Value, bool IsSecret) one) || one.Value.Length == 0 ? null
            : isMasked && one.IsSecret ? Stars
            : one.Value;

    /// <summary>A text without the secrets that may stand in it.</summary>
    public string Mask(string text) =>
        Secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, Stars, StringComparison.Ordinal));

    private static string? Has(Dictionary<string, string> from, string name) =>
        from.FirstOrDefault(one => one.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string FromFile(string name, string file, List<(string Key, string Wrong)> wrong)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            wrong.Add(($"{nameof(CarrierOptions.ValueFiles)}:{name}", $"cannot be read: {trouble.Message}"));
            return "";
        }
    }
}
