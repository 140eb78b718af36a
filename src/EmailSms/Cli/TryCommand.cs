using System.CommandLine;
using System.Net;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Composing;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Cli;

/// <summary><c>emailsms try</c>: what would become of a mail. It sends nothing and changes nothing.</summary>
internal static class TryCommand
{
    private const int MailBytesMax = 64 * 1024 * 1024; // a dry run of more than any listener takes is a mistake

    private static readonly Argument<string> File = new("file")
    {
        Description = "The mail, as a file (.eml), or - for standard input.",
    };

    private static readonly Option<string> From = new("--from")
    {
        Description = "The envelope sender (MAIL FROM); <> for none.",
        Required = true,
    };

    private static readonly Option<string[]> To = new("--to")
    {
        Description = "The envelope recipients (RCPT TO), each as an address.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Ip = new("--ip")
    {
        Description = "The client's address.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<string?> User = new("--user") { Description = "The user who has authenticated." };

    private static readonly Option<string?> Listener = new("--listener")
    {
        Description = "The listener it comes in by.",
    };

    private static readonly Option<string> Helo = new("--helo")
    {
        Description = "What the client calls itself.",
        DefaultValueFactory = _ => "localhost",
    };

    public static Command Build()
    {
        var command = new Command(
            "try", "Say what would become of a mail: whom it reaches, by which rule, and the text on each phone.")
        {
            File, From, To, Ip, Helo, User, Listener,
        };
        command.SetAction((parsed, stopping) => RunAsync(parsed, stopping));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stopping)
    {
        if (ReadOrigin(parsed) is not { } origin || ReadEnvelope(parsed) is not { } envelope) return CommandLine.Wrong;
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return CommandLine.Wrong;
        if (settings.Mailboxes.Find(one => one.Name == origin.Listener) is { } mailbox)
        {
            origin = origin with { IsFetched = true, Provider = mailbox.Provider };
        }

        using MemoryStream? mail = await ReadMailAsync(parsed.GetValue(File)!, stopping).ConfigureAwait(false);
        if (mail is null) return CommandLine.Failed;
        return await CommonOptions.WithStoreAsync(settings.Store, async store =>
        {
            using var parts = MailInParts.Of(settings, store, NullLoggerFactory.Instance, TimeProvider.System);
            DryRunAnswer answer = await new DryRun(
                store, parts.Recipients, parts.Origins, parts.Mails, parts.Repetition, parts.Conversations,
                TimeProvider.System).AskAsync(mail, origin, envelope, stopping).ConfigureAwait(false);
            var view = TryView.Of(answer, RouteOf(settings, store));
            if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(view);
            else view.Print(Console.Out);
            return view.Accepted ? CommandLine.Done : CommandLine.Failed;
        }).ConfigureAwait(false);
    }

    private static MailOrigin? ReadOrigin(ParseResult parsed)
    {
        string from = parsed.GetValue(From)!;
        if (from is "<>") from = "";
        if (from.Length > 0 && !EmailAddress.TryParse(from, out _))
        {
            Console.Error.WriteLine($"--from: '{from}' is not an address such as ups@plant.example, nor <>.");
            return null;
        }

        if (!IPAddress.TryParse(parsed.GetValue(Ip), out IPAddress? client))
        {
            Console.Error.WriteLine($"--ip: '{parsed.GetValue(Ip)}' is not an address such as 10.1.2.3.");
            return null;
        }

        return new MailOrigin(from, client)
        {
            User = parsed.GetValue(User) is { } name ? SmtpUser.KeyOf(name) : null,
            Listener = parsed.GetValue(Listener) ?? "",
            Helo = parsed.GetValue(Helo)!,
        };
    }

    private static List<EmailAddress>? ReadEnvelope(ParseResult parsed)
    {
        List<EmailAddress> envelope = [];
        foreach (string to in parsed.GetValue(To)!)
        {
            if (!EmailAddress.TryParse(to, out EmailAddress address))
            {
                Console.Error.WriteLine($"--to: '{to}' is not an address such as +447700900123@sms.example.");
                return null;
            }

            envelope.Add(address);
        }

        return envelope;
    }

    private static async Task<MemoryStream?> ReadMailAsync(string file, CancellationToken stopping)
    {
        var mail = new MemoryStream();
        try
        {
            await using Stream source = file is "-" ? Console.OpenStandardInput() : System.IO.File.OpenRead(file);
            byte[] buffer = new byte[81920];
            for (int read; (read = await source.ReadAsync(buffer, stopping).ConfigureAwait(false)) > 0;)
            {
                if (mail.Length + read > MailBytesMax)
                {
                    throw new IOException($"{file} has more than {MailBytesMax} bytes: no listener would take it.");
                }

                mail.Write(buffer, 0, read);
            }

            mail.Position = 0;
            return mail;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(wrong.Message);
            await mail.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private static Func<DryRunSms, TryRoute> RouteOf(GatewaySettings settings, SqliteStore store)
    {
        Router router = RoutingParts.RouterOf(settings, store);
        Tariffs tariffs = TariffFiles.Read(settings.Prices.Currency, settings.Carriers);
        HashSet<string> paused = [.. store.Read(Pauses.List).Select(one => one.Scope)];
        return sms =>
        {
            AcceptedRecipient recipient = sms.Text.Recipient;
            DateTimeOffset at = recipient.DueMs is { } due
                ? DateTimeOffset.FromUnixTimeMilliseconds(due)
                : TimeProvider.System.GetUtcNow();
            IReadOnlyList<FittedText> texts = sms.Text.Fitted.All;
            RouteDecision decision = router.Decide(new RouteQuestion(
                recipient.Number, sms.SenderId, recipient.Class, recipient.Rule.Id,
                texts.Count > 0 ? texts[0].Parts.Parts.Count : 1, at)
            {
                Allowed = recipient.Rule.Sending.Carriers,
            });
            string[] carriers =
            [
                .. decision.Candidates.Select(one => one.Carrier)
                    .Where(name => !paused.Contains(Pause.All) && !paused.Contains(Pause.OfCarrier(name))),
            ];
            long? part = carriers is [var first, ..] ? tariffs.PerPart(first, recipient.Number, at) : null;
            string? price = part is { } micros
                ? $"{Money.Amount(micros * texts.Sum(text => text.Parts.Parts.Count))} {tariffs.Currency}"
                : null;
            return new TryRoute(decision.Route, carriers, price);
        };
    }
}
