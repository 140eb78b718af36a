using System.Text.Json;

namespace EmailSms.Tests.EndToEnd;

/// <summary>TLS 1.0, where listener and operating system both allow it, with openssl as the device.</summary>
public sealed class An_old_device_speaks_old_TLS : IDisposable
{
    private const string Level0 =
        """
        openssl_conf = program
        [program]
        ssl_conf = ssl
        [ssl]
        system_default = old
        [old]
        CipherString = DEFAULT@SECLEVEL=0
        """;

    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Only_where_both_allow_it(bool isAllowed, bool isHeard)
    {
        LineProcess.Need("openssl");
        TestCertificate.Write(_folder, "cert").Dispose();
        await File.WriteAllTextAsync(_folder.File("openssl.cnf"), Level0, TestContext.Current.CancellationToken);
        using LineProcess service = LineProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "emailsms.dll"), "run", "--config", Write(isAllowed)],
            ("OPENSSL_CONF", _folder.File("openssl.cnf")));
        string place = (await service.UntilEventAsync(2001)).GetProperty("Endpoints").GetString()!.Split(' ')[0];

        using LineProcess device = LineProcess.Start(
            "openssl",
            ["s_client", "-connect", place, "-starttls", "smtp", "-tls1", "-cipher", "DEFAULT@SECLEVEL=0", "-crlf"],
            ("OPENSSL_CONF", _folder.File("openssl.cnf")));
        await device.SayAsync("QUIT");
        await device.EndAsync();
        Assert.Equal(isHeard, device.Output.Contains("New, TLSv1.0", StringComparison.Ordinal));
        service.Terminate();
        Assert.Equal(0, await service.EndAsync());
    }

    public void Dispose() => _folder.Dispose();

    private string Write(bool allowsOldTls)
    {
        string file = _folder.File("settings.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            Store = new { Folder = _folder.File("data"), DiskFreeBytesMin = 0 },
            Smtp = new
            {
                CertificateFile = _folder.File("cert.pem"),
                CertificateKeyFile = _folder.File("cert.key"),
                Listeners = new[]
                {
                    new
                    {
                        Name = "old",
                        Profile = "legacy-device",
                        Listen = new[] { "127.0.0.1:0" },
                        Networks = new[] { "127.0.0.0/8" },
                        AllowsOldTls = allowsOldTls,
                    },
                },
            },
            Addresses = new { Domains = new[] { TestGateway.Domain } },
            Carriers = new { sandbox = new { Kind = "Sandbox" } },
            Replies = new { DefaultMailbox = TestGateway.Office },
        }));
        return file;
    }
}
