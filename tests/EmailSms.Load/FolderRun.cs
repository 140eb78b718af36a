using System.Net.Sockets;

namespace EmailSms.Load;

/// <summary>What the words of every command that needs a folder say.</summary>
internal interface IFolderOptions
{
    bool WantsHelp { get; }

    /// <summary>Where its folder is made; null: where temporary files are.</summary>
    string? Folder { get; }
}

/// <summary>A command that measures in a folder of its own, gone afterwards.</summary>
internal static class FolderRun
{
    /// <summary>
    /// Reads the words and runs the command. The exit code is 2 for words that cannot be understood, 1 for trouble on
    /// the way, else what the run says.
    /// </summary>
    public static async Task<int> RunAsync<T>(
        string name, Func<T> parse, string help, Func<T, string, Task<int>> make)
        where T : IFolderOptions
    {
        T options;
        try
        {
            options = parse();
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }

        if (options.WantsHelp)
        {
            Console.Out.WriteLine(help);
            return 0;
        }

        DirectoryInfo folder = options.Folder is { } parent
            ? Directory.CreateDirectory(Path.Combine(parent, $"emailsms-{name}-{Environment.ProcessId}"))
            : Directory.CreateTempSubdirectory($"emailsms-{name}-");
        try
        {
            return await make(options, folder.FullName);
        }
        catch (Exception trouble)
            when (trouble is IOException or SocketException or OperationCanceledException or TimeoutException)
        {
            Console.Error.WriteLine(trouble.Message);
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
