using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>
/// An SMPP implementation that others wrote, in a process of its own, spoken to in lines of JSON. Where it is missing
/// the test is skipped and says so; in CI, which has it, that is a failure.
/// </summary>
internal sealed class ForeignPeer : IAsyncDisposable
{
    private static readonly Lazy<Task<string?>> Installed = new(InstallAsync);

    private readonly Process _process;

    private ForeignPeer(Process process) => _process = process;

    /// <summary>node-smpp, by a script in the folder node.</summary>
    public static async Task<ForeignPeer> NodeAsync(string script, params string[] arguments)
    {
        if (await Installed.Value is { } missing) Missing(missing);
        return new ForeignPeer(Run("node", [script, .. arguments], NodeDirectory));
    }

    /// <summary>Net::SMPP, by a script in the folder perl.</summary>
    public static ForeignPeer Perl(string script, params string[] arguments)
    {
        if (!Works("perl", "-MNet::SMPP", "-MJSON::PP", "-e", "1"))
            Missing("Perl with Net::SMPP (Debian: libnet-smpp-perl) is not installed.");
        return new ForeignPeer(Run("perl", [script, .. arguments], Path.Combine(NodeDirectory, "..", "perl")));
    }

    /// <summary>Skips the test; in CI, where everything is installed, fails it.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(what);
        Assert.Skip(what);
    }

    /// <summary>The program is there and ends with 0.</summary>
    public static bool Works(string program, params string[] arguments)
    {
        try
        {
            using Process process = Run(program, arguments, Path.GetTempPath());
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
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
            if (said.TryGetProperty("error", out JsonElement error)) Assert.Fail($"The foreign peer: {error}");
            if (said.TryGetProperty(property, out _)) return said;
        }

        throw new InvalidOperationException($"The foreign peer ended before it said '{property}'.");
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
        if (Directory.Exists(Path.Combine(NodeDirectory, "node_modules", "smpp"))) return null;
        try
        {
            using Process npm = Run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], NodeDirectory);
            Task<string> output = npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync(Deadline.In(TimeSpan.FromMinutes(2)));
            return npm.ExitCode == 0 ? null : $"npm ci failed, so node-smpp is missing: {await output}";
        }
        catch (Win32Exception)
        {
            return "node and npm are not installed, so node-smpp is missing.";
        }
    }

    private static Process Run(string program, IEnumerable<string> arguments, string folder) =>
        Process.Start(new ProcessStartInfo(
            OperatingSystem.IsWindows() && program == "npm" ? "npm.cmd" : program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;

    private static string NodeDirectory { get; } = FindDirectory();

    private static string FindDirectory()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "tests", "EmailSms.Smpp.Tests", "Peers", "node");
            if (Directory.Exists(candidate)) return candidate;
        }

        throw new DirectoryNotFoundException("The tests have to run inside the repository.");
    }
}
