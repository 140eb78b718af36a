using System.ComponentModel;
using System.Diagnostics;

namespace EmailSms.Load;

/// <summary>The folder with what npm brings, which is installed there when it is not yet.</summary>
internal static class NodeFolder
{
    private static readonly TimeSpan InstallMax = TimeSpan.FromMinutes(2);

    /// <summary>The folder; null: the package cannot be had here.</summary>
    public static async Task<string?> WithAsync(string package)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string node = Path.Combine(at.FullName, "tests", "EmailSms.Load", "node");
            if (!Directory.Exists(node)) continue;
            if (Directory.Exists(Path.Combine(node, "node_modules", package))) return node;
            try
            {
                using Process npm = Process.Start(
                    new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--silent"]) { WorkingDirectory = node })!;
                using var deadline = new CancellationTokenSource(InstallMax);
                await npm.WaitForExitAsync(deadline.Token);
                return npm.ExitCode == 0 ? node : null;
            }
            catch (Win32Exception)
            {
                return null; // no npm
            }
        }

        return null;
    }
}
