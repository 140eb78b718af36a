using System.CommandLine;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms users</c>: the accounts that may submit mail with AUTH.</summary>
internal static class UsersCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The user's name." };

    private static readonly Option<string[]> SendAs = new("--send-as")
    {
        Description = "Addresses and domains the user may write as. Default: any that a rule lets the user.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Note = new("--note") { Description = "Who or what the user is." };

    public static Command Build()
    {
        var add = new Command("add", "Add a user. What a user may send is said by rules with --user.")
        {
            Name, SendAs, Note, NewPassword.FromStdin, NewPassword.Generate,
        };
        add.SetAction((parsed, _) => AddAsync(parsed));
        var password = new Command("password", "Give a user another password.")
        {
            Name, NewPassword.FromStdin, NewPassword.Generate,
        };
        password.SetAction((parsed, _) => SetPasswordAsync(parsed));
        var list = new Command("list", "List the users.");
        list.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(List(parsed, store))));
        var disable = new Command("disable", "Let a user authenticate no longer, and keep the password.") { Name };
        disable.SetAction((parsed, _) => SetEnabledAsync(parsed, isEnabled: false));
        var enable = new Command("enable", "Let a disabled user authenticate again.") { Name };
        enable.SetAction((parsed, _) => SetEnabledAsync(parsed, isEnabled: true));
        var remove = new Command("remove", "Remove a user that no rule names.") { Name };
        remove.SetAction((parsed, _) => RemoveAsync(parsed));
        return new Command("users", "Manage who may authenticate on a listener for submission.")
        {
            add, password, list, disable, enable, remove,
        };
    }

    private static async Task<int> AddAsync(ParseResult parsed)
    {
        if (!SmtpUser.TryCreate(
            parsed.GetValue(Name), string.Join(' ', parsed.GetValue(SendAs) ?? []), parsed.GetValue(Note),
            out SmtpUser? user, out IReadOnlyList<string> mistakes))
        {
            foreach (string mistake in mistakes) Console.Error.WriteLine(mistake);
            return CommandLine.Wrong;
        }

        (string? password, bool mustShow) = NewPassword.Read(parsed);
        if (password is null) return CommandLine.Wrong;
        string credential = SmtpCredential.Create(user.Name, password).ToStored();
        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            var users = new SmtpUsers(store, TimeProvider.System);
            if (!await store.WriteAsync(db => users.Add(db, user, credential)).ConfigureAwait(false))
            {
                Console.Error.WriteLine($"There is a user {user.Name} already.");
                return CommandLine.Failed;
            }

            Tell(parsed, users.Find(user.Name)!, mustShow ? password : null);
            return CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static async Task<int> SetPasswordAsync(ParseResult parsed)
    {
        string name = SmtpUser.KeyOf(parsed.GetValue(Name)!);
        (string? password, bool mustShow) = NewPassword.Read(parsed);
        if (password is null) return CommandLine.Wrong;
        string credential = SmtpCredential.Create(name, password).ToStored();
        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            var users = new SmtpUsers(store, TimeProvider.System);
            bool found = await store.WriteAsync(db => users.SetCredential(db, name, credential)).ConfigureAwait(false);
            if (!found) return Unknown(name);
            if (mustShow) Tell(parsed, users.Find(name)!, password);
            return CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static Task<int> SetEnabledAsync(ParseResult parsed, bool isEnabled) =>
        CommonOptions.WithStoreAsync(parsed, async store =>
        {
            string name = parsed.GetValue(Name)!;
            return await store.WriteAsync(db => SmtpUsers.SetEnabled(db, name, isEnabled)).ConfigureAwait(false)
                ? CommandLine.Done
                : Unknown(name);
        });

    private static Task<int> RemoveAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, async store =>
    {
        string name = parsed.GetValue(Name)!;
        IReadOnlyList<long>? rules = await store.WriteAsync(db => SmtpUsers.Remove(db, name)).ConfigureAwait(false);
        if (rules is null) return Unknown(name);
        if (rules.Count == 0) return CommandLine.Done;
        Console.Error.WriteLine($"Rules name this user, remove them first: {string.Join(", ", rules)}.");
        return CommandLine.Failed;
    });

    private static int List(ParseResult parsed, SqliteStore store)
    {
        foreach (SmtpUser user in new SmtpUsers(store, TimeProvider.System).List()) Tell(parsed, user, password: null);
        return CommandLine.Done;
    }

    private static int Unknown(string name)
    {
        Console.Error.WriteLine($"There is no user {name}.");
        return CommandLine.Failed;
    }

    private static void Tell(ParseResult parsed, SmtpUser user, string? password)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                name = user.Name,
                isEnabled = user.IsEnabled,
                sendAs = user.SendAs.Select(pattern => pattern.ToString()),
                created = JsonOutput.Time(user.CreatedMs),
                passwordSet = JsonOutput.Time(user.PasswordMs),
                note = user.Note,
                password,
            });
            return;
        }

        string sendAs = user.SendAs.Count > 0 ? string.Join(' ', user.SendAs) : "any address of its rules";
        Console.Out.WriteLine($"{user.Name,-16}  {(user.IsEnabled ? "enabled " : "disabled")}  writes as {sendAs}"
            + (user.Note is { } note ? $"  ({note})" : ""));
        if (password is not null) Console.Out.WriteLine($"password          {password}");
    }
}
