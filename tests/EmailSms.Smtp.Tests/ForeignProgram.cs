using System.Diagnostics;

namespace EmailSms.Smtp.Tests;

/// <summary>A program that others wrote. One that is missing is a skip here and a failure where CI=true.</summary>
internal static class ForeignProgram
{
    /// <summary>Runs it to its end, which must be a good one.</summary>
    public static async Task RunAsync(string program, string[] arguments)
    {
        bool isHere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        bool mustBeHere = Environment.GetEnvironmentVariable("CI") == "true";
        if (!isHere && !mustBeHere) Assert.Skip($"{program} is not installed.");

        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        using var deadline =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            Assert.True(process.ExitCode == 0, await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
