using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>
/// node-smpp in a process of its own, spoken to in lines of JSON. Where node or the npm registry is missing the test is
/// skipped and says so; in CI, which has both, that is a failure.
/// </summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private static readonly Lazy<Task<string?>> Installed = new(InstallAsync);

    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    public static async Task<NodePeer> StartAsync(string script, params string[] arguments)
    {
        if (await Installed.Value is { } missing)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
            Assert.Skip(missing);
        }

        return new NodePeer(Run("node", [script, .. arguments]));
    }

    /// <summary>
    /// The next thing it says that has this property; what comes before is passed over, errors are not.
    /// </summary>
    public async Task<JsonElement> HearAsync(string property)
    {
        CancellationToken deadline = Deadline.Token;
        while (await _process.StandardOutput.ReadLineAsync(deadline) is { } line)
        {
            JsonElement said = JsonDocument.Parse(line).RootElement;
            if (said.TryGetProperty("error", out JsonElement error)) Assert.Fail($"node-smpp: {error}");
            if (said.TryGetProperty(property, out _)) return said;
        }

        throw new InvalidOperationException($"node-smpp ended before it said '{property}'.");
    }

    public async Task SayAsync(object order)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
        await _process.StandardInput.FlushAsync(Deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(Deadline.Token);
        _process.Dispose();
    }

    /// <summary>Null when all is there, else what is missing.</summary>
    private static async Task<string?> InstallAsync()
    {
        if (System.IO.Directory.Exists(Path.Combine(Directory, "node_modules", "smpp"))) return null;
        try
        {
            using Process npm = Run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            Task<string> output = npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync(Deadline.In(TimeSpan.FromMinutes(2)));
            return npm.ExitCode == 0 ? null : $"npm ci failed, so node-smpp is missing: {await output}";
        }
        catch (Win32Exception)
        {
            return "node and npm are not installed, so node-smpp is missing.";
        }
    }

    private static Process Run(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(
            OperatingSystem.IsWindows() && program == "npm" ? "npm.cmd" : program, arguments)
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;

    private static string Directory { get; } = FindDirectory();

    private static string FindDirectory()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "tests", "EmailSms.Smpp.Tests", "Peers", "node");
            if (System.IO.Directory.Exists(candidate)) return candidate;
        }

        throw new DirectoryNotFoundException("The tests have to run inside the repository.");
    }
}
