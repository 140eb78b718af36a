using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using EmailSms.Cli;
using EmailSms.MailIn;

namespace EmailSms.Tests.Tidy;

/// <summary>A setting as the code has it, in the words of docs/reference/settings.md.</summary>
internal sealed record SettingKey(string Key, string Type, string Default, string Bounds)
{
    /// <summary>No default, or no bounds.</summary>
    public const string Nothing = "—";

    /// <summary>Stands for the name that a carrier is given.</summary>
    public const string CarrierName = "main";

    /// <summary>Stands for one of the domains.</summary>
    public const string DomainName = "sms.example.com";

    /// <summary>All settings, in the order of the classes.</summary>
    public static IReadOnlyList<SettingKey> All { get; } = [.. Of(typeof(GatewaySettings), "")];

    private static IEnumerable<SettingKey> Of(Type owner, string path)
    {
        object defaults = Activator.CreateInstance(owner)!;
        foreach (PropertyInfo property in owner.GetProperties().Where(SettingsReader.IsSetting))
        {
            string key = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type == typeof(Dictionary<string, string>))
            {
                yield return new SettingKey(key, "map of text", Nothing, Nothing);
            }
            else if (type.IsAssignableTo(typeof(IDictionary)))
            {
                Type item = type.GetGenericArguments()[1];
                string name = property.Name == nameof(AddressOptions.PerDomain) ? DomainName : CarrierName;
                foreach (SettingKey inner in Of(item, $"{key}:{name}")) yield return inner;
            }
            else if (IsListOfSections(type))
            {
                foreach (SettingKey inner in Of(type.GetGenericArguments()[0], $"{key}:0")) yield return inner;
            }
            else if (IsSection(type))
            {
                foreach (SettingKey inner in Of(type, key)) yield return inner;
            }
            else
            {
                string found = DefaultOf(property.GetValue(defaults));
                yield return new SettingKey(key, NameOf(type), found, BoundsOf(property));
            }
        }
    }

    private static bool IsSection(Type type) =>
        type.IsClass && type.Namespace?.StartsWith("EmailSms", StringComparison.Ordinal) is true;

    private static bool IsListOfSections(Type type) =>
        type.IsGenericType && type.IsAssignableTo(typeof(IList)) && IsSection(type.GetGenericArguments()[0]);

    private static string NameOf(Type type) => type switch
    {
        { IsEnum: true } => string.Join(" or ", Enum.GetNames(type)),
        _ when type == typeof(string) => "text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "time",
        _ when type == typeof(int) || type == typeof(long) => "number",
        _ when type == typeof(List<string>) => "list of text",
        _ => throw new InvalidOperationException($"What is a {type.Name} called in the documentation?"),
    };

    private static string DefaultOf(object? value) => value switch
    {
        null or ICollection { Count: 0 } => Nothing,
        "" => "\"\"",
        bool yes => yes ? "true" : "false",
        string folder when folder == Path.GetTempPath() => "the system's folder for temporary files",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string BoundsOf(PropertyInfo property)
    {
        List<string> bounds = [];
        if (property.GetCustomAttribute<MinLengthAttribute>() is { } least) bounds.Add($"at least {least.Length}");
        else if (property.GetCustomAttribute<RequiredAttribute>() is not null) bounds.Add("must be set");
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            bool isOpen = range.Maximum is int.MaxValue or >= (double)long.MaxValue;
            bounds.Add(isOpen ? $"{range.Minimum} or more" : $"{range.Minimum} to {range.Maximum}");
        }

        if (property.GetCustomAttribute<StringLengthAttribute>() is { } most)
        {
            bounds.Add($"at most {most.MaximumLength} characters");
        }

        return bounds.Count == 0 ? Nothing : string.Join(", ", bounds);
    }
}
