using System.Text.Json;

namespace EmailSms.Carriers;

/// <summary>A named set of carrier settings.</summary>
/// <param name="About">When to take it.</param>
/// <param name="Source">Where that is known from.</param>
/// <param name="Settings">Keys of a carrier's section, with colons, and their values.</param>
internal sealed record CarrierPreset(string About, string Source, IReadOnlyDictionary<string, string> Settings);

/// <summary>The presets that the program carries in presets.json.</summary>
internal static class CarrierPresets
{
    private static readonly JsonSerializerOptions Reading = new() { ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, CarrierPreset> All { get; } = Read();

    private static Dictionary<string, CarrierPreset> Read()
    {
        using Stream stream = typeof(CarrierPresets).Assembly.GetManifestResourceStream("presets.json")!;
        return new Dictionary<string, CarrierPreset>(
            JsonSerializer.Deserialize<Dictionary<string, CarrierPreset>>(stream, Reading)!,
            StringComparer.OrdinalIgnoreCase);
    }
}
