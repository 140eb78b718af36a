using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;
using MailKit;
using MailKit.Security;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>The way into a mailbox: its TLS, and what it is opened with. The same for IMAP and POP3.</summary>
internal sealed class MailboxLogin(MailboxOptions options, SqliteStore store, TimeProvider time) : IDisposable
{
    private readonly AccessTokens? _tokens =
        options.OAuth.TokenUrl is null ? null : new AccessTokens(options.OAuth, options.UserName, store, time);

    /// <summary>Connects and logs in.</summary>
    public async Task OpenAsync(MailService client, CancellationToken stopping)
    {
        client.Timeout = options.TimeoutSeconds * 1000;
        client.CheckCertificateRevocation = options.CheckRevocation;
        if (options.CaFile.Length > 0)
        {
            client.ServerCertificateValidationCallback = (_, certificate, shown, errors) => OwnAuthority.Trusts(
                options.CaFile, options.CheckRevocation, certificate, shown, errors);
        }

        SecureSocketOptions tls = options.Tls switch
        {
            MailboxTls.Implicit => SecureSocketOptions.SslOnConnect,
            MailboxTls.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        await client.ConnectAsync(options.Host, options.PortOrUsual, tls, stopping).ConfigureAwait(false);
        if (_tokens is null)
        {
            await client.AuthenticateAsync(options.UserName, Password(), stopping).ConfigureAwait(false);
            return;
        }

        (string token, _) = await _tokens.TakeAsync().ConfigureAwait(false);
        try
        {
            await client.AuthenticateAsync(new SaslMechanismOAuth2(options.UserName, token), stopping)
                .ConfigureAwait(false);
        }
        catch (AuthenticationException)
        {
            _tokens.Forget();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tokens?.Dispose();

    private string Password() => SecretFile.Read(options.Password, options.PasswordFile) ?? "";
}
