using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailSms.Tests.EndToEnd;

/// <summary>A configuration file for commands beside a gateway of a test.</summary>
internal sealed class CarrierConfig : IDisposable
{
    private static readonly JsonSerializerOptions Form = new() { Converters = { new JsonStringEnumConverter() } };

    private readonly TestFolder _folder = new();

    public CarrierConfig(TestGateway test)
    {
        string json = JsonSerializer.Serialize(new
        {
            Store = new { test.Settings.Store.Folder, DiskFreeBytesMin = 0 },
            Smtp = new { Listen = new[] { "127.0.0.1:0" } },
            Addresses = new { Domains = new[] { TestGateway.Domain } },
            Replies = new { test.Settings.Replies.DefaultMailbox },
            Carriers = test.Settings.Carriers.ToDictionary(
                one => one.Key, one => new
                {
                    one.Value.Kind,
                    one.Value.Host,
                    one.Value.Port,
                    one.Value.SystemId,
                    one.Value.Password,
                    one.Value.Definition,
                    one.Value.Values,
                }),
            test.Settings.Routes,
        }, Form);
        File.WriteAllText(_folder.File("appsettings.json"), json);
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(params string[] words)
    {
        (int code, string output, string errors) =
            await LineProcess.RunAsync([.. words, "--config", _folder.File("appsettings.json")]);
        return (code, output + errors);
    }

    public void Dispose() => _folder.Dispose();
}
