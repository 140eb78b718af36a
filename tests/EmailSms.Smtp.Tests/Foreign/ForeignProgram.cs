using System.Diagnostics;
using System.Globalization;

namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>A client in a process of its own. One that is missing is a skip here and a failure where CI=true.</summary>
internal static class ForeignProgram
{
    private static readonly TimeSpan RunMax = TimeSpan.FromSeconds(60);

    public static string PortOf(Mailroom room) => room.Address.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Skips the test where the program is not, or fails it in CI.</summary>
    public static void Need(string program)
    {
        bool isHere = $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}/usr/sbin"
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!isHere) Miss($"{program} is not installed.");
    }

    public static void Miss(string why)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(why);
        Assert.Skip(why);
    }

    /// <summary>Runs it to its end, which must be a good one; gives what it said.</summary>
    public static async Task<string> RunAsync(
        string program, string[] arguments, string input = "", string? folder = null)
    {
        Need(program);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder ?? "",
        };
        using Process process = Process.Start(start)!;
        using var deadline =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(RunMax);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            string said = await output + await errors;
            Assert.True(process.ExitCode == 0, said);
            return said;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A folder of the tests' sources: scripts and what npm installs lie there.</summary>
    public static string SourceFolder(params string[] path)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine([at.FullName, "tests", "EmailSms.Smtp.Tests", .. path]);
            if (Directory.Exists(candidate)) return candidate;
        }

        throw new DirectoryNotFoundException("The tests have to run inside the repository.");
    }
}
