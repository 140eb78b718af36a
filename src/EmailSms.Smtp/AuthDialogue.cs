using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// One AUTH command (RFC 4954) with its challenges: PLAIN (RFC 4616), LOGIN and SCRAM-SHA-256 (RFC 7677). Nothing the
/// client says here is ever logged or repeated.
/// </summary>
internal sealed class AuthDialogue(
    SmtpWire wire,
    CommandReader commands,
    ClientRecord client,
    SmtpServerOptions options,
    string session,
    ILogger log)
{
    private static readonly byte[] DecoySecret = RandomNumberGenerator.GetBytes(32);
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>Mechanisms for EHLO, the best first: passwords go in the clear only where the host says so.</summary>
    public static string Offer(SmtpServerOptions options, bool isTls) =>
        options.Credentials is null || (options.Tls is SmtpTls.Required && !isTls) ? ""
        : isTls || options.AllowsPlaintextAuth ? "AUTH SCRAM-SHA-256 PLAIN LOGIN"
        : "AUTH SCRAM-SHA-256";

    /// <summary>Runs the exchange. The name is null when it failed, and the reply says why.</summary>
    public async ValueTask<(SmtpReply Reply, string? Name)> RunAsync(string argument, bool isTls)
    {
        string[] words = argument.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0) return (Replies.ArgumentNeeded, null);
        string mechanism = words[0].ToUpperInvariant();
        bool isPassword = mechanism is "PLAIN" or "LOGIN";
        if (!isPassword && mechanism != "SCRAM-SHA-256") return (Replies.UnknownMechanism, null);
        if (isPassword && !isTls && !options.AllowsPlaintextAuth) return (Replies.EncryptionRequired, null);

        try
        {
            string? first = words.Length == 1 ? null : Decode(words[1] == "=" ? "" : words[1]); // RFC 4954 4
            return mechanism switch
            {
                "PLAIN" => await PlainAsync(first ?? await AskAsync("")),
                "LOGIN" => await CheckAsync(first ?? await AskAsync("Username:"), await AskAsync("Password:")),
                _ => await ScramAsync(first ?? await AskAsync("")),
            };
        }
        catch (AuthRefusal refusal)
        {
            return (refusal.Reply, null);
        }
    }

    private async ValueTask<(SmtpReply, string?)> PlainAsync(string message)
    {
        string[] parts = message.Split('\0');
        if (parts.Length != 3) throw new AuthRefusal(Replies.BadResponse);
        // RFC 4616 2: authzid, authcid, password. To act for somebody else is permitted to nobody.
        if (parts[0].Length > 0 && parts[0] != parts[1]) throw new AuthRefusal(Replies.AuthFailed);
        return await CheckAsync(parts[1], parts[2]);
    }

    private async ValueTask<(SmtpReply, string?)> CheckAsync(string user, string password)
    {
        (SmtpCredential credential, bool isKnown) = await FindAsync(user);
        bool isRight = password.Length > 0 && credential.Fits(password); // a decoy costs as much as a real one
        return isRight && isKnown ? (Replies.Authenticated, credential.Name) : (Replies.AuthFailed, null);
    }

    private async ValueTask<(SmtpReply, string?)> ScramAsync(string clientFirst)
    {
        if (ScramExchange.Begin(clientFirst) is not { } exchange) throw new AuthRefusal(Replies.AuthFailed);
        (SmtpCredential credential, bool isKnown) = await FindAsync(exchange.User);
        string clientFinal = await AskAsync(exchange.Challenge(credential));
        if (!exchange.IsProven(credential, clientFinal) || !isKnown) throw new AuthRefusal(Replies.AuthFailed);
        if ((await AskAsync(exchange.Signature(credential))).Length > 0) throw new AuthRefusal(Replies.BadResponse);
        return (Replies.Authenticated, credential.Name);
    }

    private async ValueTask<(SmtpCredential Credential, bool IsKnown)> FindAsync(string user)
    {
        if (user.Length == 0 || user.Any(char.IsControl)) throw new AuthRefusal(Replies.AuthFailed);
        if (client.IsBarred(user)) throw new AuthRefusal(Replies.AuthBarred);
        try
        {
            SmtpCredential? found = await options.Credentials!(user, wire.Overdue);
            return (found ?? SmtpCredential.Decoy(user, DecoySecret), found is not null);
        }
        catch (OperationCanceledException) when (wire.Overdue.IsCancellationRequested)
        {
            throw new SmtpHangUp(Replies.Stopping);
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session, "AUTH");
            throw new AuthRefusal(Replies.AuthUnavailable);
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
    private sealed class AuthRefusal(SmtpReply reply) : Exception(reply.Text)
    {
        public SmtpReply Reply { get; } = reply;
    }
}
