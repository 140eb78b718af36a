using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>Tells the audit trail of each start, and of a configuration that is another than before.</summary>
internal static class ConfigurationTrail
{
    public const string StartedAction = "started";
    public const string ConfiguredAction = "configured";

    private static readonly string[] Secrets = ["Password", "Secret", "Token", "ApiKey", "Key", "Keys"];

    public static void NoteStart(StoreSession db, GatewaySettings settings)
    {
        SortedDictionary<string, string> now = Flatten(settings);
        Dictionary<string, string>? before = AuditTrail.Last(db, ConfiguredAction) is { After: { } json }
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(json)
            : null;
        if (before is null || !Same(before, now))
        {
            IEnumerable<KeyValuePair<string, string>> changed = (before ?? []).Where(one =>
                !now.TryGetValue(one.Key, out string? value) || value != one.Value);
            db.Note(
                ConfiguredAction, "configuration",
                before is null ? null : new SortedDictionary<string, string>(changed.ToDictionary()), now);
        }

        string version = typeof(ConfigurationTrail).Assembly.GetName().Version?.ToString(3) ?? "";
        db.Note(StartedAction, "service", after: new { version });
    }

    /// <summary>Every setting under its key, secrets masked.</summary>
    internal static SortedDictionary<string, string> Flatten(GatewaySettings settings)
    {
        SortedDictionary<string, string> flat = new(StringComparer.Ordinal);
        Add(flat, "", "", settings);
        return flat;
    }

    private static bool Same(Dictionary<string, string> one, SortedDictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out string? value)
            && value == pair.Value);

    private static void Add(SortedDictionary<string, string> flat, string key, string name, object? value)
    {
        switch (value)
        {
            case null:
                return;
            case IDictionary map:
                foreach (DictionaryEntry entry in map) Add(flat, $"{key}:{entry.Key}", name, entry.Value);
                return;
            case IList list:
                for (int i = 0; i < list.Count; i++) Add(flat, $"{key}:{i}", name, list[i]);
                return;
            case not string when value.GetType().Namespace?.StartsWith("EmailSms", StringComparison.Ordinal) is true
                && value.GetType().IsClass:
                foreach (PropertyInfo property in value.GetType().GetProperties().Where(SettingsReader.IsSetting))
                {
                    string inner = key.Length == 0 ? property.Name : $"{key}:{property.Name}";
                    Add(flat, inner, property.Name, property.GetValue(value));
                }

                return;
            default:
                string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                bool isSecret = Secrets.Any(word => name.EndsWith(word, StringComparison.Ordinal));
                flat[key] = isSecret && text.Length > 0 ? Audit.Masked : text;
                return;
        }
    }
}
