using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EmailSms.Messages;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>
/// The mail server that takes our mail, over one connection that is kept while there is mail and opened again when it
/// was lost. What the host says comes back as a value. Used by one caller at a time.
/// </summary>
internal sealed class SmartHost(
    SmartHostAddress options, DkimSignatures signatures, AccessTokens? tokens, bool isOpportunistic = false)
    : IMailRoute
{
    private const int ClosingDown = 421; // RFC 5321 3.8: the host closes the connection

    private SmtpClient? _client;
    private bool _isPlain; // opportunistic TLS failed, and a mail in the clear is better than none (RFC 7435)

    /// <inheritdoc/>
    public bool IsOpen => _client is not null;

    /// <inheritdoc/>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{options.Host}:{options.Port}");

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(OutgoingMail mail)
    {
        if (Mailbox.TryMake(mail.To) is not { } to) return new SendResult.Never("The address is none of SMTP.");
        var from = new MailboxAddress("", mail.EnvelopeFrom); // an empty one is written as MAIL FROM:<>
        using var content = new MemoryStream(mail.Content, writable: false);
        using MimeMessage message = await MimeMessage.LoadAsync(content).ConfigureAwait(false);
        signatures.Sign(message);
        while (true)
        {
            bool kept = IsOpen;
            if (!kept && await OpenAsync().ConfigureAwait(false) is { } down) return down;

            // The library would send it as it is, and the host would see another address or none (RFC 6531 3.1).
            if (!Ascii.IsValid(mail.To.LocalPart) && !_client!.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            {
                return new SendResult.Never("The smart host takes no address with letters beyond ASCII (SMTPUTF8).");
            }

            var leaving = new Leaving();
            try
            {
                await _client!.SendAsync(message, from, [to], CancellationToken.None, leaving).ConfigureAwait(false);
                return new SendResult.Sent();
            }
            catch (Exception trouble) when (IsLoss(trouble))
            {
                Drop();

                // Hosts close what was idle, and after so many mails: on a kept connection that says nothing about this
                // mail, and a new one is tried at once. But once the text has begun to leave and there is no answer,
                // the host may have it.
                if (kept && (!leaving.HasBegun || trouble is SmtpCommandException)) continue;
                return trouble is SmtpCommandException closing
                    ? new SendResult.HostDown(Answer(closing))
                    : new SendResult.Dropped(MailText.Line(trouble.Message));
            }
            catch (Exception trouble)
            {
                SendResult? said = Read(trouble);
                if (said is null or SendResult.HostDown) Drop();
                if (said is null) throw;
                return said;
            }
        }
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        if (_client is null) return;
        try
        {
            await _client.DisconnectAsync(quit: true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception trouble) when (IsLoss(trouble)) // it was gone already: there is nobody to say goodbye to
        {
        }

        Drop();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Drop();
        tokens?.Dispose();
    }

    private async Task<SendResult.HostDown?> OpenAsync()
    {
        var client = new SmtpClient
        {
            Timeout = options.TimeoutSeconds * 1000,
            CheckCertificateRevocation = options.CheckRevocation,
        };
        if (options.HeloName is { } name) client.LocalDomain = name;
        if (options.CaFile.Length > 0)
        {
            client.ServerCertificateValidationCallback = (_, certificate, shown, errors) => OwnAuthority.Trusts(
                options.CaFile, options.CheckRevocation, certificate, shown, errors);
        }

        // To a server that nobody vouches for, TLS keeps listeners out and names nobody (RFC 7435).
#pragma warning disable CA5359
        if (isOpportunistic) client.ServerCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        try
        {
            await client.ConnectAsync(options.Host!, options.Port, Security, CancellationToken.None)
                .ConfigureAwait(false);
            if (options.UserName is { } user)
            {
                // Auto falls back to no TLS, and so would anybody in between who strikes STARTTLS from the reply.
                if (!client.IsSecure && !SmartHostOptionsSense.IsThisMachine(options.Host!))
                {
                    client.Dispose();
                    return new SendResult.HostDown("It offers no TLS, so the password was not sent.");
                }

                await AuthenticateAsync(client, user).ConfigureAwait(false);
            }

            _client = client;
            return null;
        }
        catch (SslHandshakeException) when (isOpportunistic && !_isPlain)
        {
            client.Dispose();
            _isPlain = true;
            return await OpenAsync().ConfigureAwait(false);
        }
        catch (Exception trouble) when (IsLoss(trouble)
            || trouble is CommandException or AuthenticationException or SslHandshakeException
                or NotSupportedException or TokenRefusedException)
        {
            client.Dispose();
            return new SendResult.HostDown(
                trouble is SmtpCommandException no ? Answer(no) : MailText.Line(trouble.Message));
        }
    }

    private async Task AuthenticateAsync(SmtpClient client, string user)
    {
        while (tokens is not null)
        {
            (string token, bool isKept) = await tokens.TakeAsync().ConfigureAwait(false);
            SaslMechanism bearer = options.Auth is SmartHostAuth.OAuthBearer
                ? new SaslMechanismOAuthBearer(user, token)
                : new SaslMechanismOAuth2(user, token);
            try
            {
                await AuthenticateAsync(client, bearer).ConfigureAwait(false);
                return;
            }
            catch (AuthenticationException)
            {
                // One of before can end early, as when the password is changed: a fresh one is tried at once.
                tokens.Forget();
                if (!isKept) throw;
            }
        }

        string password = SecretFile.Read(options.Password, options.PasswordFile)!;
        SaslMechanism? chosen = options.Auth switch
        {
            SmartHostAuth.Plain => new SaslMechanismPlain(user, password),
            SmartHostAuth.Login => new SaslMechanismLogin(user, password),
            SmartHostAuth.CramMd5 => new SaslMechanismCramMd5(user, password),
            SmartHostAuth.ScramSha1 => new SaslMechanismScramSha1(user, password),
            SmartHostAuth.ScramSha256 => new SaslMechanismScramSha256(user, password),
            _ => null,
        };
        Task authenticating = chosen is null
            ? client.AuthenticateAsync(user, password, CancellationToken.None)
            : AuthenticateAsync(client, chosen);
        await authenticating.ConfigureAwait(false);
    }

    // The library would begin a mechanism that was not offered, and tell the secret to whoever answers.
    private static Task AuthenticateAsync(SmtpClient client, SaslMechanism mechanism) =>
        client.AuthenticationMechanisms.Contains(mechanism.MechanismName)
            ? client.AuthenticateAsync(mechanism, CancellationToken.None)
            : throw new NotSupportedException($"It does not offer AUTH {mechanism.MechanismName}.");

    private SecureSocketOptions Security => options.Tls switch
    {
        _ when _isPlain => SecureSocketOptions.None,
        SmartHostTls.None => SecureSocketOptions.None,
        SmartHostTls.StartTls => SecureSocketOptions.StartTls,
        SmartHostTls.Implicit => SecureSocketOptions.SslOnConnect,
        _ => options.Port == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable,
    };

    private static bool IsLoss(Exception trouble) =>
        trouble is IOException or SocketException or ProtocolException or TimeoutException
            or ServiceNotConnectedException or OperationCanceledException
        || trouble is SmtpCommandException { StatusCode: (SmtpStatusCode)ClosingDown };

    private static SendResult? Read(Exception trouble) => trouble switch
    {
        ServiceNotAuthenticatedException => new SendResult.HostDown(MailText.Line(trouble.Message)),

        // RFC 4954 6: what is wanted is a login, whatever the mail.
        SmtpCommandException no when (int)no.StatusCode is 530 or 534 or 535 or 538 =>
            new SendResult.HostDown(Answer(no)),
        SmtpCommandException no when (int)no.StatusCode >= 500 => new SendResult.Never(Answer(no)),
        SmtpCommandException no => new SendResult.Later(Answer(no)),
        _ => null,
    };

    private static string Answer(SmtpCommandException no) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)no.StatusCode} {MailText.Line(no.Message)}");

    private void Drop()
    {
        _client?.Dispose();
        _client = null;
    }

    // Told of each piece of the text that is written: the library is past the host's 354 then, or past its own BDAT.
    private sealed class Leaving : ITransferProgress
    {
        public bool HasBegun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => HasBegun = true;

        public void Report(long bytesTransferred) => HasBegun = true;
    }
}
