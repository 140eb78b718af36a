using System.Collections;
using System.Reflection;
using EmailSms.Carriers;
using EmailSms.Cli;

namespace EmailSms.Tests.Tidy;

/// <summary><c>appsettings.example.json</c> is what people copy: it loads, and it is complete.</summary>
public sealed class ExampleSettingsTests
{
    private static readonly string File = Path.Combine(Source.Root, "appsettings.example.json");

    [Fact]
    public void The_example_is_a_valid_configuration()
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) =
            SettingsReader.Read(SettingsReader.Load(File));

        Assert.Empty(errors);
        Assert.Equal(CarrierKind.Sandbox, settings!.Carriers["sandbox"].Kind);
    }

    [Fact]
    public void The_example_shows_every_setting()
    {
        string text = System.IO.File.ReadAllText(File);
        Assert.All(
            Names(typeof(GatewaySettings)),
            name => Assert.Contains($"\"{name}\":", text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties().Where(SettingsReader.IsSetting))
        {
            yield return property.Name;
            Type inner = property.PropertyType;
            bool isList = inner.IsGenericType && inner.IsAssignableTo(typeof(IEnumerable));
            if (isList) inner = inner.GetGenericArguments()[^1];
            if (inner.Namespace?.StartsWith("EmailSms", StringComparison.Ordinal) is not true || inner.IsEnum) continue;
            foreach (string name in Names(inner)) yield return name;
        }
    }
}
