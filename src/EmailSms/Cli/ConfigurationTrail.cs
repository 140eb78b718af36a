using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using EmailSms.Api;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>
/// Tells the audit trail of each start, of a configuration that is another than before, and of each time that it was
/// read anew.
/// </summary>
internal static class ConfigurationTrail
{
    public const string StartedAction = "started";
    public const string ConfiguredAction = "configured";
    public const string ReloadedAction = "reloaded";
    public const string ReloadFailedAction = "reload-failed";

    private static readonly string[] Secrets = ["Password", "Secret", "Token", "ApiKey", "Key", "Keys"];

    public static void NoteStart(StoreSession db, GatewaySettings settings)
    {
        NoteSettings(db, settings);
        string version = typeof(ConfigurationTrail).Assembly.GetName().Version?.ToString(3) ?? "";
        db.Note(StartedAction, "service", after: new { version });
    }

    /// <summary>Somebody had the settings read anew, and they are about to be in force.</summary>
    public static void NoteReload(StoreSession db, string actor, GatewaySettings old, GatewaySettings now)
    {
        List<string> changed = Changed(old, now);
        SortedDictionary<string, string> before = Of(old, changed);
        SortedDictionary<string, string> after = Of(now, changed);
        db.ActAs(actor);
        db.Note(
            ReloadedAction, "configuration", before.Count > 0 ? before : null, after.Count > 0 ? after : null);
        NoteSettings(db, now);
    }

    /// <summary>The service could not run with them, and is about to run with the old ones again.</summary>
    public static void NoteReloadFailed(StoreSession db, string actor, string reason, GatewaySettings old)
    {
        db.ActAs(actor);
        db.Note(ReloadFailedAction, "configuration", after: new { reason });
        NoteSettings(db, old);
    }

    /// <summary>The keys whose values differ, secrets among them.</summary>
    public static List<string> Changed(GatewaySettings old, GatewaySettings now)
    {
        SortedDictionary<string, string> before = Flatten(old, masks: false);
        SortedDictionary<string, string> after = Flatten(now, masks: false);
        return
        [
            .. before.Keys.Union(after.Keys)
                .Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static SortedDictionary<string, string> Of(GatewaySettings settings, List<string> keys)
    {
        SortedDictionary<string, string> all = Flatten(settings);
        return new(
            keys.Where(all.ContainsKey).ToDictionary(key => key, key => all[key]), StringComparer.Ordinal);
    }

    private static void NoteSettings(StoreSession db, GatewaySettings settings)
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
                before is null ? null : new SortedDictionary<string, string>(
                    changed.ToDictionary(one => one.Key, one => CarrierSecrets.Masked(one, now))),
                now);
        }
    }

    /// <summary>Every setting under its key, secrets masked unless that is what is asked for.</summary>
    internal static SortedDictionary<string, string> Flatten(GatewaySettings settings, bool masks = true)
    {
        SortedDictionary<string, string> flat = new(StringComparer.Ordinal);
        Add(flat, "", "", settings, masks);
        if (masks) CarrierSecrets.Mask(flat, settings);
        return flat;
    }

    private static bool Same(Dictionary<string, string> one, SortedDictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out string? value)
            && value == pair.Value);

    private static void Add(SortedDictionary<string, string> flat, string key, string name, object? value, bool masks)
    {
        switch (value)
        {
            case null:
                return;
            case IDictionary map:
                foreach (DictionaryEntry entry in map)
                {
                    Add(flat, $"{key}:{entry.Key}", $"{entry.Key}", entry.Value, masks);
                }

                return;
            case IList list:
                for (int i = 0; i < list.Count; i++) Add(flat, $"{key}:{i}", name, list[i], masks);
                return;
            case not string when value.GetType().Namespace?.StartsWith("EmailSms", StringComparison.Ordinal) is true
                && value.GetType().IsClass:
                foreach (PropertyInfo property in value.GetType().GetProperties().Where(SettingsReader.IsSetting))
                {
                    string inner = key.Length == 0 ? property.Name : $"{key}:{property.Name}";
                    Add(flat, inner, property.Name, property.GetValue(value), masks);
                }

                return;
            default:
                string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                bool isSecret = masks && Secrets.Any(word => name.EndsWith(word, StringComparison.Ordinal));
                flat[key] = isSecret && text.Length > 0 ? Audit.Masked : text;
                return;
        }
    }
}
