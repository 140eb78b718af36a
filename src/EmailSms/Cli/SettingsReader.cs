using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using EmailSms.Carriers;
using EmailSms.Delivery;
using EmailSms.MailIn.Mailboxes;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Cli;

/// <summary>Something wrong with the configuration: the key, and a sentence that says what would be right.</summary>
internal sealed record SettingError(string Key, string Sentence)
{
    public override string ToString() => $"{Key}: {Sentence}";
}

/// <summary>
/// Reads the configuration file and the environment (<c>EMAILSMS_Carriers__main__Password</c>), and finds everything
/// that is wrong with them at once: unknown keys, values of the wrong kind, values out of bounds, things that miss.
/// </summary>
internal static class SettingsReader
{
    // Parts of the libraries' options that are set by code, most of them by the profile of a listener: no keys of the
    // configuration.
    private static readonly HashSet<string> NotSettings =
    [
        nameof(SmtpServerOptions.Certificate), nameof(SmtpServerOptions.Tls), nameof(SmtpServerOptions.OffersDsn),
        nameof(SmtpServerOptions.Credentials), nameof(SmtpServerOptions.RequiresAuthentication),
        nameof(SmtpServerOptions.AllowsPlaintextAuth), nameof(SmtpServerOptions.ListenerName),
        nameof(SmtpServerOptions.AllowsMissingHelo), nameof(SmtpServerOptions.AllowsBareLineFeeds),
        nameof(SmtpServerOptions.TlsVersionMin), nameof(SmtpServerOptions.IsLmtp),
        nameof(SmtpServerOptions.ProxyNetworks), nameof(SmtpServerOptions.CertificateByName),
        nameof(SmtpServerOptions.ClientCertificates), nameof(SmtpServerOptions.ClientCertificateValidator),
        nameof(SmtpServerOptions.Tokens), nameof(SmtpServerOptions.OffersChannelBinding),
        nameof(SmtpServerOptions.AuthEnded),
    ];

    private const string Logging = "Logging"; // belongs to Microsoft.Extensions.Logging, which reads it itself

    /// <summary>The configuration of a file (null: none) and the environment.</summary>
    /// <exception cref="FormatException">The file is missing or is not JSON; the message says where.</exception>
    public static IConfigurationRoot Load(string? file)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
        {
            if (!File.Exists(file)) throw new FormatException($"There is no configuration file {file}.");
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        builder.AddEnvironmentVariables("EMAILSMS_");
        try
        {
            return builder.Build();
        }
        catch (InvalidDataException trouble)
        {
            throw new FormatException(
                $"{file} is not JSON: {trouble.InnerException?.Message ?? trouble.Message}", trouble);
        }
    }

    /// <summary>The settings, if there are no errors; all errors, if there are some.</summary>
    public static (GatewaySettings? Settings, IReadOnlyList<SettingError> Errors) Read(IConfigurationRoot configuration)
    {
        List<SettingError> errors = [];
        configuration = WithPresets(configuration, errors);
        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            if (section.Key.Equals(Logging, StringComparison.OrdinalIgnoreCase)) continue;
            LookAtProperty(section, typeof(GatewaySettings), errors);
        }

        // What cannot be read is left out, and the rest is looked at all the same: everything at once.
        IConfiguration readable = errors.Count == 0 ? configuration : Without(configuration, errors);
        GatewaySettings settings = readable.Get<GatewaySettings>() ?? new GatewaySettings();
        List<SettingError> more = [];
        Validate(settings, "", more);
        Sense(settings, more);
        errors.AddRange(more.FindAll(error => !errors.Exists(known => Follows(error.Key, known.Key))));
        return errors.Count > 0 ? (null, errors) : (settings, errors);
    }

    /// <summary>One section alone, for commands that need no more of the configuration.</summary>
    /// <exception cref="FormatException">Something is wrong with it: the message has each key and sentence.</exception>
    public static T ReadSection<T>(IConfigurationRoot configuration, string name)
        where T : class, new()
    {
        IConfigurationSection section = configuration.GetSection(name);
        List<SettingError> errors = [];
        LookAt(section, typeof(T), errors);
        T options = errors.Count == 0 ? section.Get<T>() ?? new T() : new T();
        if (errors.Count == 0) Validate(options, name, errors);
        return errors.Count == 0 ? options : throw new FormatException(string.Join('\n', errors));
    }

    // What a preset says lies under what the carrier says itself.
    private static IConfigurationRoot WithPresets(IConfigurationRoot configuration, List<SettingError> errors)
    {
        Dictionary<string, string?> beneath = [];
        foreach (IConfigurationSection carrier in configuration.GetSection(CarrierOptions.Section).GetChildren())
        {
            if (carrier[nameof(CarrierOptions.Preset)] is not { Length: > 0 } name) continue;
            if (!CarrierPresets.All.TryGetValue(name, out CarrierPreset? preset))
            {
                errors.Add(new SettingError(
                    $"{carrier.Path}:{nameof(CarrierOptions.Preset)}",
                    $"there is no preset {name}; known are {string.Join(", ", CarrierPresets.All.Keys)}."));
                continue;
            }

            foreach ((string key, string value) in preset.Settings) beneath[$"{carrier.Path}:{key}"] = value;
        }

        return beneath.Count == 0
            ? configuration
            : new ConfigurationBuilder()
                .AddInMemoryCollection(beneath)
                .AddInMemoryCollection(configuration.AsEnumerable().Where(pair => pair.Value is not null))
                .Build();
    }

    private static IConfigurationRoot Without(IConfigurationRoot configuration, List<SettingError> errors) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.AsEnumerable()
                .Where(pair => !errors.Exists(error => IsIn(pair.Key, error.Key))))
            .Build();

    // What is right for a carrier depends on its Kind, and for a listener on its Profile: of one where that cannot be
    // read nothing else can be said.
    private static bool Follows(string key, string wrong) =>
        IsIn(key, wrong) || Array.Exists(
            [":Kind", ":Profile"],
            end => wrong.EndsWith(end, StringComparison.OrdinalIgnoreCase) && IsIn(key, wrong[..^end.Length]));

    private static bool IsIn(string key, string section) =>
        key.Equals(section, StringComparison.OrdinalIgnoreCase)
        || key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a property of the options is a key of the configuration.</summary>
    internal static bool IsSetting(PropertyInfo property) =>
        property.CanWrite
        && !(property.DeclaringType == typeof(SmtpServerOptions) && NotSettings.Contains(property.Name));

    private static void LookAtProperty(IConfigurationSection section, Type owner, List<SettingError> errors)
    {
        PropertyInfo? property = owner.GetProperty(
            section.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        if (property is null || !IsSetting(property))
        {
            string known = string.Join(", ", owner.GetProperties().Where(IsSetting).Select(p => p.Name));
            errors.Add(new SettingError(section.Path, $"there is no such setting; known here are {known}."));
            return;
        }

        LookAt(section, property.PropertyType, errors);
    }

    private static void LookAt(IConfigurationSection section, Type type, List<SettingError> errors)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (IsScalar(plain))
        {
            LookAtScalar(section, plain, errors);
        }
        else if (plain.IsGenericType && plain.IsAssignableTo(typeof(IEnumerable)))
        {
            if (!string.IsNullOrEmpty(section.Value)) errors.Add(new SettingError(section.Path, "needs a list."));
            Type item = plain.GetGenericArguments()[^1];
            foreach (IConfigurationSection child in section.GetChildren()) LookAt(child, item, errors);
        }
        else
        {
            if (!string.IsNullOrEmpty(section.Value)) errors.Add(new SettingError(section.Path, "needs an object."));
            foreach (IConfigurationSection child in section.GetChildren()) LookAtProperty(child, plain, errors);
        }
    }

    private static void LookAtScalar(IConfigurationSection section, Type type, List<SettingError> errors)
    {
        if (section.GetChildren().Any())
        {
            errors.Add(new SettingError(section.Path, "needs a single value."));
            return;
        }

        if (type == typeof(string) || string.IsNullOrEmpty(section.Value)) return;
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(section.Value);
        }
        catch (Exception trouble) when (trouble is ArgumentException or FormatException or NotSupportedException)
        {
            errors.Add(new SettingError(section.Path, $"'{section.Value}' is not {Kind(type)}."));
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time such as 00:00:30 (hours, minutes, seconds) or 7.00:00:00 (days)",
        _ => "a whole number",
    };

    private static bool IsScalar(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan);

    private static void Validate(object value, string path, List<SettingError> errors)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        foreach (ValidationResult result in results)
        {
            string member = result.MemberNames.FirstOrDefault() ?? "";
            errors.Add(new SettingError(Join(path, member), result.ErrorMessage ?? "is not valid."));
        }

        // Attributes stop a class's own Validate from being asked, and "everything at once" means that, too.
        if (results.Count > 0 && value is IValidatableObject own)
        {
            foreach (ValidationResult result in own.Validate(new ValidationContext(value)))
            {
                var error = new SettingError(
                    Join(path, result.MemberNames.FirstOrDefault() ?? ""), result.ErrorMessage ?? "is not valid.");
                if (!errors.Contains(error)) errors.Add(error);
            }
        }

        errors.AddRange(SecretSettings.MistakesOf(value)
            .Select(one => new SettingError(Join(path, one.Key), one.Sentence)));
        foreach (PropertyInfo property in value.GetType().GetProperties().Where(IsSetting))
        {
            if (property.GetValue(value) is not { } inner || IsScalar(inner.GetType())) continue;
            string key = Join(path, property.Name);
            if (inner is IDictionary named)
            {
                foreach (DictionaryEntry entry in named)
                {
                    Validate(entry.Value!, Join(key, (string)entry.Key), errors);
                }
            }
            else if (inner is IList listed)
            {
                for (int i = 0; i < listed.Count; i++)
                {
                    if (!IsScalar(listed[i]!.GetType())) Validate(listed[i]!, Join(key, $"{i}"), errors);
                }
            }
            else if (inner is not IEnumerable)
            {
                Validate(inner, key, errors);
            }
        }
    }

    // What no single class can say.
    private static void Sense(GatewaySettings settings, List<SettingError> errors)
    {
        foreach (string wrong in new SmartHostOptionsSense().Validate(null, settings.SmartHost).Failures ?? [])
        {
            errors.Add(new SettingError(SmartHostOptions.Section, wrong));
        }

        errors.AddRange(TextKeyOptions.MistakesOf(settings.Store.TextKeys)
            .Select(one => new SettingError($"Store:TextKeys:{one.Place}", one.Sentence)));
        errors.AddRange(MailboxWarnings
            .MistakesOf(settings.Mailboxes, settings.Smtp, settings.Replies.AnswerAddress)
            .Select(one => new SettingError(one.Key, one.Sentence)));
        errors.AddRange(MailTemplates.MistakesOf(settings.MailTemplates)
            .Select(one => new SettingError(one.Key, one.Sentence)));
        if (settings.Prices.File.Length > 0
            && !PriceFile.TryRead(settings.Prices, out _, out IReadOnlyList<string> mistakes))
        {
            errors.AddRange(mistakes.Select(mistake => new SettingError("Prices:File", mistake)));
        }

        errors.AddRange(TariffFiles.MistakesOf(settings.Carriers));
        errors.AddRange(
            from throttle in settings.Throttles.Index()
            from name in throttle.Item.Carriers
            where !settings.Carriers.Keys.Contains(name, StringComparer.OrdinalIgnoreCase)
            select new SettingError(
                $"{ThrottleOptions.Section}:{throttle.Index}:{nameof(ThrottleOptions.Carriers)}",
                $"there is no carrier {name}; there are {string.Join(", ", settings.Carriers.Keys)}."));
        if (settings.Prices is { File: "", PerPart.Count: 0 })
        {
            errors.AddRange(settings.Limits.BudgetKeys().Select(key => new SettingError(
                $"{LimitOptions.Section}:{key}", "counts prices, and there are none: name them in Prices.")));
        }

        errors.AddRange(RoutingParts.MistakesOf(settings));
        if (settings.Carriers.Count == 0)
        {
            errors.Add(new SettingError(
                "Carriers", "there is none; name one, and give it \"Kind\": \"Sandbox\" to try things out."));
        }
    }

    private static string Join(string path, string key) =>
        path.Length == 0 ? key : key.Length == 0 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}:{key}");
}
