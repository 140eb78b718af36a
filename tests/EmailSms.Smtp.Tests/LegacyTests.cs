using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp.Tests;

/// <summary>What old devices need, each behind its switch.</summary>
public sealed class LegacyTests
{
    public static TheoryData<string, Cut> Talks() => DialogueTests.TalksIn("Legacy");

    [Theory]
    [MemberData(nameof(Talks))]
    public async Task A_talk_of_an_old_device_goes_as_written_however_it_is_cut(string name, Cut cut)
    {
        await using Mailroom room = await Mailroom.OpenAsync(Set);
        await Dialogue.Read(name).PlayAsync(room, cut);
    }

    [Fact]
    public async Task An_old_device_may_authenticate_without_EHLO()
    {
        var ann = SmtpCredential.Create("ann", "pencil", 4096);
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            Set(options);
            options.Credentials = (_, _) => new(ann);
            options.AllowsPlaintextAuth = true;
            options.RequiresAuthentication = true;
        });
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("MAIL FROM:ups@plant.example", "530 5.7.0");
        await talk.AskAsync("AUTH LOGIN", "334");
        await talk.AskAsync(Convert.ToBase64String("ann"u8), "334");
        await talk.SayAsync(Convert.ToBase64String("pencil"u8) + "\n"); // bare LF here, too
        await talk.HearAsync("235");
        await talk.AskAsync("MAIL FROM:ups@plant.example", "250");
    }

    [Fact]
    public async Task Each_switch_is_off_where_nobody_set_it()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("MAIL FROM:<ups@plant.example>", "503 5.5.1 Send EHLO first");
        await talk.AskAsync("AUTH PLAIN", "503 5.5.1 Send EHLO first");
        await talk.AskAsync("NOOP\nNOOP", "500 5.5.2 Bare");
    }

    [Theory]
    [InlineData(SslProtocols.Tls13, SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls13, SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls12, SslProtocols.Tls12, true)]
    public async Task The_oldest_version_of_TLS_is_an_option(SslProtocols oldest, SslProtocols client, bool isTaken)
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.Certificate = TestCertificate.Context;
            options.Tls = SmtpTls.Implicit;
            options.TlsVersionMin = oldest;
        });
        using var socket = new TcpClient();
        await socket.ConnectAsync(room.Address, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        Task handshake = tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "mx.example",
                EnabledSslProtocols = client,
                RemoteCertificateValidationCallback = static (_, seen, _, _) => seen is not null,
            },
            TestContext.Current.CancellationToken);
        if (isTaken)
        {
            await handshake;
            Assert.Equal(client, tls.SslProtocol);
            byte[] greeting = new byte[3];
            await tls.ReadExactlyAsync(greeting, TestContext.Current.CancellationToken);
            Assert.Equal("220", Encoding.ASCII.GetString(greeting));
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        }
    }

    [Theory]
    [InlineData(SslProtocols.None)]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13)]
    public void The_oldest_version_of_TLS_is_a_single_one(SslProtocols oldest) =>
        Assert.Throws<OptionsValidationException>(
            () => SmtpServerOptionsLimits.Check(new() { TlsVersionMin = oldest }));

    internal static void Set(SmtpServerOptions options)
    {
        DialogueTests.Set(options);
        options.AllowsMissingHelo = true;
        options.AllowsBareLineFeeds = true;
        options.AllowsBareAddresses = true;
    }
}
