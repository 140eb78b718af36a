using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// One AUTH command (RFC 4954) with its challenges: PLAIN (RFC 4616), LOGIN, SCRAM-SHA-256 (RFC 7677) and its -PLUS,
/// OAUTHBEARER (RFC 7628) and XOAUTH2. Nothing the client says here is ever logged or repeated.
/// </summary>
internal sealed class AuthDialogue(
    SmtpWire wire,
    CommandReader commands,
    ClientRecord client,
    SmtpServerOptions options,
    SmtpSessionInfo session,
    ILogger log)
{
    private const string Scram = "SCRAM-SHA-256";
    private const string ScramPlus = "SCRAM-SHA-256-PLUS";

    private static readonly byte[] DecoySecret = RandomNumberGenerator.GetBytes(32);
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    public static bool IsOffered(SmtpServerOptions options) =>
        options.Credentials is not null || options.Tokens is not null;

    /// <summary>Mechanisms for EHLO, the best first: secrets go in the clear only where the host says so.</summary>
    public static string Offer(SmtpServerOptions options, SmtpSessionInfo session)
    {
        if (options.Tls is SmtpTls.Required && !session.IsTls) return "";
        bool areSecretsSafe = session.IsTls || options.AllowsPlaintextAuth;
        string offer = "";
        if (options.Credentials is not null)
        {
            if (session.ChannelBinding is not null) offer += " " + ScramPlus;
            offer += " " + Scram;
        }

        if (options.Tokens is not null && areSecretsSafe) offer += " OAUTHBEARER XOAUTH2";
        if (options.Credentials is not null && areSecretsSafe) offer += " PLAIN LOGIN";
        return offer.Length > 0 ? "AUTH" + offer : "";
    }

    /// <summary>Runs the exchange to its end.</summary>
    public async ValueTask<SmtpAuthOutcome> RunAsync(string argument)
    {
        string mechanism = argument.Split(' ', 2)[0].ToUpperInvariant();
        SmtpAuthOutcome outcome = await TalkAsync(argument);
        SmtpTelemetry.Authenticated(options, IsKnown(mechanism) ? mechanism : "UNKNOWN", outcome.Reply);
        return outcome;
    }

    /// <summary>Tells the host how it ended, if the host wants to know.</summary>
    public void Report(string? user, SmtpAuthEnd end, SmtpAuthBars bars = SmtpAuthBars.None)
    {
        try
        {
            options.AuthEnded?.Invoke(new SmtpAuthReport(session, user, end, bars));
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session.Id, "the record of AUTH");
        }
    }

    private async ValueTask<SmtpAuthOutcome> TalkAsync(string argument)
    {
        string[] words = argument.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0) return SmtpAuthOutcome.Broken(Replies.ArgumentNeeded);
        string mechanism = words[0].ToUpperInvariant();
        if (!IsKnown(mechanism)) return SmtpAuthOutcome.Broken(Replies.UnknownMechanism);
        if (mechanism is not (Scram or ScramPlus) && !session.IsTls && !options.AllowsPlaintextAuth)
        {
            return SmtpAuthOutcome.Broken(Replies.EncryptionRequired);
        }

        try
        {
            string? first = words.Length == 1 ? null : Decode(words[1] == "=" ? "" : words[1]); // RFC 4954 4
            return mechanism switch
            {
                "PLAIN" => await PlainAsync(first ?? await AskAsync("")),
                "LOGIN" => await CheckAsync(first ?? await AskAsync("Username:"), await AskAsync("Password:")),
                "XOAUTH2" => await BearerAsync(BearerMessage.ParseXOAuth2(first ?? await AskAsync(""))),
                "OAUTHBEARER" => await BearerAsync(BearerMessage.ParseOAuthBearer(first ?? await AskAsync(""))),
                _ => await ScramAsync(first ?? await AskAsync(""), mechanism == ScramPlus),
            };
        }
        catch (AuthRefusal refusal)
        {
            return refusal.Outcome;
        }
    }

    private bool IsKnown(string mechanism) => mechanism switch
    {
        "PLAIN" or "LOGIN" or Scram => options.Credentials is not null,
        ScramPlus => options.Credentials is not null && session.ChannelBinding is not null,
        "XOAUTH2" or "OAUTHBEARER" => options.Tokens is not null,
        _ => false,
    };

    private async ValueTask<SmtpAuthOutcome> PlainAsync(string message)
    {
        string[] parts = message.Split('\0');
        if (parts.Length != 3) throw new AuthRefusal(Replies.BadResponse);
        // RFC 4616 2: authzid, authcid, password. To act for somebody else is permitted to nobody.
        if (parts[0].Length > 0 && parts[0] != parts[1]) return SmtpAuthOutcome.Rejected;
        return await CheckAsync(parts[1], parts[2]);
    }

    private async ValueTask<SmtpAuthOutcome> CheckAsync(string user, string password)
    {
        (SmtpCredential credential, bool isKnown) = await FindAsync(user);
        bool isRight = password.Length > 0 && credential.Fits(password); // a decoy costs as much as a real one
        return isRight && isKnown ? Taken(credential) : SmtpAuthOutcome.Rejected;
    }

    private async ValueTask<SmtpAuthOutcome> ScramAsync(string clientFirst, bool isPlus)
    {
        if (ScramExchange.Begin(clientFirst, session.ChannelBinding, isPlus) is not { } exchange)
        {
            return SmtpAuthOutcome.Rejected;
        }

        (SmtpCredential credential, bool isKnown) = await FindAsync(exchange.User);
        string clientFinal = await AskAsync(exchange.Challenge(credential));
        if (!exchange.IsProven(credential, clientFinal) || !isKnown) return SmtpAuthOutcome.Rejected;
        if ((await AskAsync(exchange.Signature(credential))).Length > 0) throw new AuthRefusal(Replies.BadResponse);
        return Taken(credential);
    }

    // Only who knows the password hears that the account is off.
    private static SmtpAuthOutcome Taken(SmtpCredential credential) =>
        credential.IsDisabled ? SmtpAuthOutcome.Disabled : SmtpAuthOutcome.Accepted(credential.Name);

    private async ValueTask<SmtpAuthOutcome> BearerAsync(BearerMessage? message)
    {
        if (message is not { } shown) throw new AuthRefusal(Replies.BadResponse);
        // Without a name failures are counted for the address alone.
        string user = shown.User.Length > 0 ? shown.User : session.Remote.Address.ToString();
        if (client.IsBarred(user)) throw new AuthRefusal(Replies.AuthBarred);
        SmtpAuthOutcome outcome = await AskHostAsync(
            stopping => options.Tokens!(new SmtpBearerToken(shown.User, shown.Token, session), stopping));
        if (outcome == SmtpAuthOutcome.Rejected) await AskAsync(BearerMessage.Refusal); // RFC 7628 3.2.3
        return outcome;
    }

    private async ValueTask<(SmtpCredential Credential, bool IsKnown)> FindAsync(string user)
    {
        if (user.Length == 0 || user.Any(char.IsControl)) throw new AuthRefusal(SmtpAuthOutcome.Rejected);
        if (client.IsBarred(user)) throw new AuthRefusal(Replies.AuthBarred);
        SmtpCredential? found = await AskHostAsync(stopping => options.Credentials!(user, stopping));
        return (found ?? SmtpCredential.Decoy(user, DecoySecret), found is not null);
    }

    private async ValueTask<T> AskHostAsync<T>(Func<CancellationToken, ValueTask<T>> ask)
    {
        try
        {
            return await ask(wire.Overdue);
        }
        catch (OperationCanceledException) when (wire.Overdue.IsCancellationRequested)
        {
            throw new SmtpHangUp(Replies.Stopping);
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session.Id, "AUTH");
            throw new AuthRefusal(SmtpAuthOutcome.Unavailable);
        }
    }

    private async ValueTask<string> AskAsync(string challenge)
    {
        wire.Say(new SmtpReply(334, "", Convert.ToBase64String(Utf8.GetBytes(challenge))));
        string response = await commands.ReadResponseAsync(options.SilenceMax)
            ?? throw new AuthRefusal(Replies.ResponseTooLong);
        return response == "*" ? throw new AuthRefusal(Replies.AuthCancelled) : Decode(response);
    }

    private static string Decode(string base64)
    {
        try
        {
            // FromBase64String would overlook blanks.
            return base64.AsSpan().ContainsAnyExcept(Base64)
                ? throw new AuthRefusal(Replies.BadResponse)
                : Utf8.GetString(Convert.FromBase64String(base64));
        }
        catch (Exception trouble) when (trouble is FormatException or DecoderFallbackException)
        {
            throw new AuthRefusal(Replies.BadResponse);
        }
    }

    /// <summary>Ends one exchange from wherever it stands; caught in <see cref="RunAsync"/>.</summary>
    private sealed class AuthRefusal(SmtpAuthOutcome outcome) : Exception(outcome.Reply.Text)
    {
        public AuthRefusal(SmtpReply reply)
            : this(SmtpAuthOutcome.Broken(reply))
        {
        }

        public SmtpAuthOutcome Outcome { get; } = outcome;
    }
}
