using System.CommandLine;
using System.Reflection;
using EmailSms.Cli;

namespace EmailSms.Tests.Tidy;

/// <summary>The commands of the program, as a tree to ask.</summary>
internal static class CliTree
{
    /// <summary>How the program reads its words: "@plant.example" is a domain and not a response file.</summary>
    public static ParserConfiguration AsTheProgram { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>All commands that are built in the room Cli, under a root of their own.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand { CommonOptions.Config, CommonOptions.Data, CommonOptions.Json };
        foreach (Type type in typeof(CommandLine).Assembly.GetTypes())
        {
            MethodInfo? build = type.GetMethod("Build", BindingFlags.Public | BindingFlags.Static, []);
            if (build?.ReturnType == typeof(Command)) root.Subcommands.Add((Command)build.Invoke(null, null)!);
        }

        return root;
    }

    /// <summary>The commands that do something, each with the words it is called by.</summary>
    public static IEnumerable<(string Words, Command Command)> Leaves(Command parent, string words = "")
    {
        foreach (Command command in parent.Subcommands)
        {
            string called = $"{words} {command.Name}".Trim();
            if (command.Subcommands.Count == 0) yield return (called, command);
            foreach ((string, Command) inner in Leaves(command, called)) yield return inner;
        }
    }
}
