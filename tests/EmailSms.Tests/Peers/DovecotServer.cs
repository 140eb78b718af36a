using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailSms.Smtp.Tests;
using EmailSms.Tests.EndToEnd;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Tests.Peers;

/// <summary>
/// Debian's Dovecot as an instance of its own: configuration, mailboxes and ports are of one folder and end with it. It
/// listens on the loopback interface alone. Only root can start it.
/// </summary>
internal sealed class DovecotServer : IAsyncDisposable
{
    public const string Password = "secret";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("emailsms-dovecot-").FullName;
    private Process? _master;

    private DovecotServer()
    {
    }

    public int ImapPort { get; } = LoopbackPort.Free();

    public int Pop3Port { get; } = LoopbackPort.Free();

    /// <summary>Why it cannot run here is a skip, and in CI a failure.</summary>
    public static void Need()
    {
        bool isHere = System.IO.File.Exists("/usr/sbin/dovecot") && System.IO.File.Exists("/usr/lib/dovecot/pop3");
        LineProcess.Need("Dovecot (dovecot-imapd, dovecot-pop3d)", isHere);
        LineProcess.Need("Dovecot started by root", Environment.IsPrivilegedProcess);
    }

    /// <summary>Starts it with these lines at the end of its configuration.</summary>
    public static async Task<DovecotServer> StartAsync(params string[] more)
    {
        Need();
        var server = new DovecotServer();
        try
        {
            await RunAsync("chmod", "755", server._folder); // its processes run under names of their own
            string mail = Directory.CreateDirectory(server.File("mail")).FullName;
            await RunAsync("chown", "mail:mail", mail);
            await System.IO.File.WriteAllTextAsync(
                server.File("dovecot.conf"), server.Configuration() + string.Join('\n', more) + "\n");
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string File(string name) => Path.Combine(_folder, name);

    /// <summary>The Maildir of a user.</summary>
    public string MailFolder(string user) => Path.Combine(_folder, "mail", user);

    public async Task StartAsync()
    {
        _master = Process.Start(new ProcessStartInfo("/usr/sbin/dovecot", ["-F", "-c", File("dovecot.conf")])
        {
            RedirectStandardError = true,
        })!;
        await ListeningAsync(ImapPort);
        await ListeningAsync(Pop3Port);
    }

    public async Task StopAsync()
    {
        if (_master is null) return;
        if (!_master.HasExited)
        {
            using Process stop = Process.Start("kill", [_master.Id.ToString(CultureInfo.InvariantCulture)]);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await _master.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_master.HasExited) _master.Kill(entireProcessTree: true);
        }

        _master.Dispose();
        _master = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A process of it wrote a last line. The folder is the system's to clean.
        }
    }

    /// <summary>A mail comes in, as it stands there.</summary>
    public async Task DeliverAsync(string user, string mail, DateTimeOffset? at = null)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")));
        using MimeMessage message = await MimeMessage.LoadAsync(bytes);
        using ImapClient client = await OpenAsync(user);
        await client.Inbox!.AppendAsync(new AppendRequest(message) { InternalDate = at });
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>The flags of the mails in a folder; null: there is no such folder.</summary>
    public async Task<IReadOnlyList<MessageFlags>?> FlagsAsync(string user, string folder = "INBOX")
    {
        using ImapClient client = await OpenAsync(user);
        try
        {
            IMailFolder opened = await client.GetFolderAsync(folder);
            await opened.OpenAsync(FolderAccess.ReadOnly);
            IList<IMessageSummary> all = await opened.FetchAsync(0, -1, MessageSummaryItems.Flags);
            return [.. all.Select(one => one.Flags!.Value)];
        }
        catch (FolderNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Sets a flag of the first mail of the inbox, or takes it away.</summary>
    public async Task FlagAsync(string user, MessageFlags flag, bool isSet)
    {
        using ImapClient client = await OpenAsync(user);
        IMailFolder inbox = client.Inbox!;
        await inbox.OpenAsync(FolderAccess.ReadWrite);
        await inbox.StoreAsync(0, new StoreFlagsRequest(isSet ? StoreAction.Add : StoreAction.Remove, flag));
        await inbox.CloseAsync(expunge: false);
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>Somebody removes a folder.</summary>
    public async Task RemoveAsync(string user, string folder)
    {
        using ImapClient client = await OpenAsync(user);
        await (await client.GetFolderAsync(folder)).DeleteAsync();
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>Lets nothing into a folder any more, or again.</summary>
    public Task LockAsync(string user, string folder, bool isLocked) =>
        RunAsync("chmod", "-R", isLocked ? "a-w" : "u+w", Path.Combine(MailFolder(user), $".{folder}"));

    /// <summary>Waits until the mails of a folder are so.</summary>
    public async Task UntilAsync(string user, string folder, Func<IReadOnlyList<MessageFlags>, bool> isSo)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (await FlagsAsync(user, folder) is not { } flags || !isSo(flags))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < TestGateway.Patience, "It did not come true in time.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private async Task<ImapClient> OpenAsync(string user)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", ImapPort, SecureSocketOptions.None);
        await client.AuthenticateAsync(user, Password);
        return client;
    }

    private string Configuration() =>
        $$"""
        protocols = imap pop3
        base_dir = {{_folder}}/run
        state_dir = {{_folder}}/state
        log_path = {{_folder}}/dovecot.log
        ssl = no
        disable_plaintext_auth = no
        listen = 127.0.0.1
        mail_location = maildir:{{_folder}}/mail/%u
        first_valid_uid = 1
        mail_max_userip_connections = 100
        passdb {
          driver = static
          args = password={{Password}}
        }
        userdb {
          driver = static
          args = uid=mail gid=mail home={{_folder}}/mail/%u
        }
        service imap-login {
          chroot =
          inet_listener imap {
            port = {{ImapPort}}
          }
          inet_listener imaps {
            port = 0
          }
        }
        service pop3-login {
          chroot =
          inet_listener pop3 {
            port = {{Pop3Port}}
          }
          inet_listener pop3s {
            port = 0
          }
        }
        service anvil {
          chroot =
        }

        """;

    private static async Task RunAsync(string program, params string[] words)
    {
        using Process process = Process.Start(program, words);
        using var deadline = new CancellationTokenSource(StartMax);
        await process.WaitForExitAsync(deadline.Token);
        if (process.ExitCode != 0) throw new IOException($"{program} ended with {process.ExitCode}.");
    }

    private async Task ListeningAsync(int port)
    {
        using var deadline = new CancellationTokenSource(StartMax);
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
                return;
            }
            catch (SocketException) when (!_master!.HasExited)
            {
                await Task.Delay(20, deadline.Token);
            }
            catch (SocketException)
            {
                throw new IOException($"Dovecot did not start: {await _master!.StandardError.ReadToEndAsync()}");
            }
        }
    }
}
