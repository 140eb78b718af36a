using System.CommandLine;
using EmailSms.Api;
using EmailSms.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Cli;

/// <summary>The options that every command takes, and what follows from them.</summary>
internal static class CommonOptions
{
    private const string DefaultFile = "appsettings.json";

    public static Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = $"The configuration file. Default: {DefaultFile} in this folder, when there is one.",
        HelpName = "file",
        Recursive = true,
    };

    public static Option<string?> Data { get; } = new("--data", "-d")
    {
        Description = "The data folder; goes before Store:Folder of the configuration.",
        HelpName = "folder",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Output for scripts: JSON.",
        Recursive = true,
    };

    /// <summary>The configuration file to read, if any.</summary>
    public static string? ConfigFile(ParseResult parsed) =>
        parsed.GetValue(Config) ?? (File.Exists(DefaultFile) ? DefaultFile : null);

    /// <summary>The settings, with the data folder of the command line; null after the errors were printed.</summary>
    public static GatewaySettings? ReadSettings(ParseResult parsed)
    {
        (GatewaySettings? settings, IReadOnlyList<string> wrong) = TryReadSettings(parsed);
        foreach (string sentence in wrong) Console.Error.WriteLine(sentence);
        return settings;
    }

    /// <summary>The same; or all that is wrong, a sentence each.</summary>
    public static (GatewaySettings? Settings, IReadOnlyList<string> Wrong) TryReadSettings(ParseResult parsed)
    {
        try
        {
            (GatewaySettings? settings, IReadOnlyList<SettingError> errors) =
                SettingsReader.Read(SettingsReader.Load(ConfigFile(parsed)));
            if (settings is not null && parsed.GetValue(Data) is { } folder) settings.Store.Folder = folder;
            return (settings, [.. errors.Select(error => error.ToString())]);
        }
        catch (FormatException trouble)
        {
            return (null, [trouble.Message]);
        }
    }

    /// <summary>The data folder, which a command finds without the rest of the settings.</summary>
    /// <exception cref="FormatException">The configuration cannot be read.</exception>
    public static string FolderOf(ParseResult parsed) => StoreOptionsOf(parsed).Folder;

    /// <summary>One section of the configuration, where a command needs no more of it.</summary>
    /// <exception cref="FormatException">It is wrong, or cannot be read; the message says why.</exception>
    public static T ReadSection<T>(ParseResult parsed, string name)
        where T : class, new() => SettingsReader.ReadSection<T>(Load(parsed, isNeeded: false), name);

    /// <summary>
    /// Does something with the data folder, beside a service that may be running on it, and turns what can go wrong
    /// into a sentence and an exit code.
    /// </summary>
    public static Task<int> WithStoreAsync(ParseResult parsed, Func<SqliteStore, Task<int>> work) =>
        WithStoreAsync(() => StoreOptionsOf(parsed), work);

    /// <summary>The same where the settings are known already.</summary>
    public static Task<int> WithStoreAsync(StoreOptions options, Func<SqliteStore, Task<int>> work) =>
        WithStoreAsync(() => options, work);

    /// <summary>Tells a service that runs on the data folder to look at what was changed, if there is one.</summary>
    public static async Task WakeAsync(ParseResult parsed)
    {
        using var control = new ControlClient(StoreOptionsOf(parsed).Folder);
        await control.WakeAsync().ConfigureAwait(false);
    }

    private static async Task<int> WithStoreAsync(Func<StoreOptions> find, Func<SqliteStore, Task<int>> work)
    {
        try
        {
            StoreOptions options = find();
            await using SqliteStore store = SqliteStore.Open(
                options, TimeProvider.System, NullLogger<SqliteStore>.Instance, AuditTrail.SinkOf(Actor()));
            return await work(store).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is FormatException or StoreException)
        {
            Console.Error.WriteLine(trouble.Message);
            return CommandLine.Failed;
        }
    }

    /// <summary>Who sits at the terminal, also where they became root for it.</summary>
    public static string Actor() => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } person
        ? $"cli:{person} as {Environment.UserName}"
        : $"cli:{Environment.UserName}";

    // Data commands need only the folder: they must work while the rest of the configuration is being written.
    private static StoreOptions StoreOptionsOf(ParseResult parsed)
    {
        string? folder = parsed.GetValue(Data);
        IConfigurationRoot configuration = Load(parsed, isNeeded: folder is null);
        StoreOptions options = new();
        try
        {
            configuration.GetSection(StoreOptions.Section).Bind(options);
            if (folder is not null) options.Folder = folder;
            return options;
        }
        catch (InvalidOperationException wrong) // the binder's word for a value of the wrong kind; it names the key
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    // With a folder in hand the configuration is asked for the keys of texts alone.
    private static IConfigurationRoot Load(ParseResult parsed, bool isNeeded)
    {
        try
        {
            return SettingsReader.Load(ConfigFile(parsed));
        }
        catch (FormatException) when (!isNeeded && parsed.GetValue(Config) is null)
        {
            return SettingsReader.Load(null);
        }
    }
}
