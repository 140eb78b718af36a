using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Cli;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Cli;

/// <summary>The trail says what the configuration is, and no secret of it.</summary>
public sealed class ConfigurationTrailTests : IAsyncDisposable
{
    private const string Token = "3f1c9b2e7a5d";

    private readonly TestFolder _folder = new();
    private readonly SqliteStore _store;

    public ConfigurationTrailTests() => _store = SqliteStore.Open(
        new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, TimeProvider.System,
        NullLogger<SqliteStore>.Instance, AuditTrail.SinkOf("service"));

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_token_of_a_carrier_is_in_the_trail_and_what_is_no_secret_is()
    {
        await NoteStartAsync(Carrier("twilio", ("AccountSid", "AC0123"), ("AuthToken", Token)));
        string trail = Trail();
        Assert.DoesNotContain(Token, trail, StringComparison.Ordinal);
        Assert.Contains("\"Carriers:web:Values:AuthToken\":\"***\"", trail, StringComparison.Ordinal);
        Assert.Contains("\"Carriers:web:Values:AccountSid\":\"AC0123\"", trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_of_any_definition_is_nor_a_value_that_none_knows_nor_a_key_in_an_address()
    {
        foreach (string name in DefinitionShelf.Names)
        {
            Assert.True(DefinitionShelf.TryLoad(name, out HttpDefinition? definition, out _));
            (string, string)[] secrets =
                [.. definition.Values.Where(one => one.IsSecret).Select(one => (one.Name.ToLowerInvariant(), Token))];
            await NoteStartAsync(Carrier(name, [.. secrets, ("Unknown", Token)]));
        }

        await NoteStartAsync(Carrier("no-such-definition", ("Account", Token)));
        await NoteStartAsync(Carrier("json", ("Url", $"https://me:{Token}@sms.example/send?key={Token}")));
        string trail = Trail();
        Assert.DoesNotContain(Token, trail, StringComparison.Ordinal);
        Assert.Contains("https://sms.example/send?***", trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_earlier_version_wrote_down_is_not_written_again()
    {
        Dictionary<string, string> written = new()
        {
            ["Carriers:web:Values:AuthToken"] = Token,
            ["Carriers:gone:Values:ApiKey"] = Token,
            ["Carriers:web:Values:AccountSid"] = "AC0122",
        };
        await _store.WriteAsync(
            db => db.Note(ConfigurationTrail.ConfiguredAction, "configuration", after: written));
        await NoteStartAsync(Carrier("twilio", ("AccountSid", "AC0123"), ("AuthToken", Token)));
        AuditEntry last = _store.Read(db => AuditTrail.Last(db, ConfigurationTrail.ConfiguredAction))!;
        Assert.DoesNotContain(Token, last.Before + last.After, StringComparison.Ordinal);
        Assert.Contains("\"Carriers:web:Values:AccountSid\":\"AC0122\"", last.Before, StringComparison.Ordinal);
        Assert.Contains("\"Carriers:gone:Values:ApiKey\":\"***\"", last.Before, StringComparison.Ordinal);
    }

    private static GatewaySettings Carrier(string definition, params (string Name, string Value)[] values) => new()
    {
        Carriers = new Dictionary<string, CarrierOptions>
        {
            ["web"] = new()
            {
                Kind = CarrierKind.Http,
                Definition = definition,
                Values = values.ToDictionary(one => one.Name, one => one.Value),
            },
        },
    };

    private Task NoteStartAsync(GatewaySettings settings) =>
        _store.WriteAsync(db => ConfigurationTrail.NoteStart(db, settings));

    private string Trail() => string.Concat(AuditTrail.All(_store).Select(one => one.Before + one.After));
}
