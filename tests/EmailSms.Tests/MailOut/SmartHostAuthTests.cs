using System.Security.Cryptography;
using System.Text;
using EmailSms.MailOut;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.MailOut;

/// <summary>How the account is shown to the smart host, with tokens from a real endpoint.</summary>
public sealed class SmartHostAuthTests : IAsyncLifetime
{
    private readonly OutboxRig _rig = new();
    private readonly SmtpSink _sink = SmtpSink.Open();
    private TokenEndpoint _authority = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await TokenEndpoint.StartAsync();
        (_rig.Options.UserName, _rig.Options.Password) = ("gw@gw.example", "secret");
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _sink.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task PLAIN_and_LOGIN_say_the_password()
    {
        _sink.Offers = ["AUTH LOGIN PLAIN CRAM-MD5"];
        _rig.Options.Auth = SmartHostAuth.Plain;
        await SendOneAsync();
        Assert.Contains("AUTH PLAIN " + Base64("\0gw@gw.example\0secret"), _sink.Commands);

        await _rig.StopAsync();
        _rig.Options.Auth = SmartHostAuth.Login;
        _sink.Answer = (at, line) =>
            at is SinkStage.Auth ? line.Contains(' ', StringComparison.Ordinal) && line.Split(' ').Length == 3
                ? "334 UGFzc3dvcmQ6"
                : "334 VXNlcm5hbWU6"
            : line == Base64("gw@gw.example") ? "334 UGFzc3dvcmQ6"
            : line == Base64("secret") ? "235 2.7.0 welcome" : null;
        await SendOneAsync();
        Assert.Contains(Base64("secret"), _sink.Commands);
    }

    [Fact]
    public async Task CRAM_MD5_proves_the_password_without_saying_it()
    {
#pragma warning disable CA5351 // the mechanism has no other hash
        const string challenge = "<1896.697170952@sink.test>";
        string proof = Base64("gw@gw.example " + Convert.ToHexStringLower(
            HMACMD5.HashData("secret"u8, Encoding.ASCII.GetBytes(challenge)))); // RFC 2195 2
#pragma warning restore CA5351
        _sink.Offers = ["AUTH CRAM-MD5"];
        _rig.Options.Auth = SmartHostAuth.CramMd5;
        _sink.Answer = (at, line) =>
            at is SinkStage.Auth ? $"334 {Base64(challenge)}" : line == proof ? "235 2.7.0 welcome" : null;
        await SendOneAsync();
        Assert.Contains(proof, _sink.Commands);
    }

    [Fact]
    public async Task SCRAM_SHA_256_proves_it_to_a_host_that_knows_only_its_hash()
    {
        var scram = new ScramServer("secret");
        _sink.Offers = ["AUTH SCRAM-SHA-256 PLAIN LOGIN"]; // the strongest is taken without being named
        _sink.Answer = (at, line) => at is SinkStage.Auth or SinkStage.Reset ? scram.Answer(line) : null;
        await SendOneAsync();
        Assert.True(scram.IsProven);
        Assert.DoesNotContain(_sink.Commands, line => line.StartsWith("AUTH PLAIN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mechanism_that_the_host_does_not_offer_is_no_reason_to_take_a_weaker_one()
    {
        _sink.Offers = ["AUTH PLAIN"];
        _rig.Options.Auth = SmartHostAuth.ScramSha256;
        await _rig.StartAsync(_sink.Port);
        await _rig.EnqueueAsync("a");
        await Eventually.IsAsync(() => _rig.Log.Count(1504) >= 1);
        Assert.DoesNotContain(_sink.Commands, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_is_fetched_once_and_again_shortly_before_its_end()
    {
        TakeTokens();
        await SendOneAsync();
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["client_id"] = "app",
                ["refresh_token"] = "refresh-0",
                ["client_secret"] = "s3",
                ["scope"] = "https://outlook.office.com/SMTP.Send offline_access",
            },
            Assert.Single(_authority.Asked));
        Assert.Contains(
            "AUTH XOAUTH2 " + Base64("user=gw@gw.example\u0001auth=Bearer access-1\u0001\u0001"), _sink.Commands);

        await Eventually.IsAsync(() => _sink.Commands[^1] == "QUIT", _rig.Clock, TimeSpan.FromSeconds(10));
        await SendMoreAsync(); // a new connection with the token of before
        Assert.Single(_authority.Asked);

        await Eventually.IsAsync(() => _sink.Commands[^1] == "QUIT", _rig.Clock, TimeSpan.FromSeconds(10));
        _rig.Clock.Advance(TimeSpan.FromMinutes(59));
        await SendMoreAsync();
        Assert.Equal(2, _authority.Asked.Count);
    }

    [Fact]
    public async Task A_token_that_ended_early_is_replaced_at_once()
    {
        TakeTokens();
        await SendOneAsync();
        await Eventually.IsAsync(() => _sink.Commands[^1] == "QUIT", _rig.Clock, TimeSpan.FromSeconds(10));
        string old = Base64("user=gw@gw.example\u0001auth=Bearer access-1\u0001\u0001");
        _sink.Answer = (at, line) =>
            at is SinkStage.Auth && line.EndsWith(old, StringComparison.Ordinal) ? "535 5.7.3 token expired" : null;
        await SendMoreAsync();
        Assert.Equal(2, _authority.Asked.Count);
        Assert.Equal(0, _rig.Log.Count(1504)); // nobody waited
    }

    [Fact]
    public async Task A_new_refresh_token_is_used_from_then_on_and_survives_a_restart()
    {
        TakeTokens();
        _authority.Answer = n => (200, $$"""
            {"access_token":"access-{{n}}","expires_in":"60","refresh_token":"refresh-{{n}}"}
            """);
        await SendOneAsync();
        await _rig.StopAsync();
        await SendOneAsync();
        Assert.Equal(["refresh-0", "refresh-1"], _authority.Asked.Select(form => form["refresh_token"]));

        await _rig.StopAsync();
        _rig.Options.OAuth.RefreshToken = "given anew";
        await SendOneAsync();
        Assert.Equal("given anew", _authority.Asked[^1]["refresh_token"]);
    }

    [Fact]
    public async Task Secrets_in_files_are_read_anew_for_each_token()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(
            folder.File("secret"), " of-a-file \n# rotated in May\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            folder.File("token"), "refresh-of-a-file\n", TestContext.Current.CancellationToken);
        TakeTokens();
        (_rig.Options.OAuth.ClientSecret, _rig.Options.OAuth.RefreshToken) = (null, null);
        _rig.Options.OAuth.ClientSecretFile = folder.File("secret");
        _rig.Options.OAuth.RefreshTokenFile = folder.File("token");
        _authority.Answer = n => (200, $$"""{"access_token":"access-{{n}}","expires_in":60}""");
        await SendOneAsync();
        Assert.Equal(
            ("of-a-file", "refresh-of-a-file"),
            (_authority.Asked[^1]["client_secret"], _authority.Asked[^1]["refresh_token"]));

        await Eventually.IsAsync(() => _sink.Commands[^1] == "QUIT", _rig.Clock, TimeSpan.FromSeconds(10));
        await File.WriteAllTextAsync(folder.File("secret"), "changed", TestContext.Current.CancellationToken);
        await SendMoreAsync();
        Assert.Equal("changed", _authority.Asked[^1]["client_secret"]);
    }

    [Fact]
    public async Task A_password_in_a_file_is_read_at_each_login_and_without_the_file_mail_waits()
    {
        using var folder = new TestFolder();
        _sink.Offers = ["AUTH PLAIN"];
        (_rig.Options.Password, _rig.Options.PasswordFile) = (null, folder.File("password"));
        await _rig.StartAsync(_sink.Port);
        await _rig.EnqueueAsync("a");
        await Eventually.IsAsync(() => _rig.Log.Count(1504) >= 1);
        Assert.Empty(_sink.Mails);

        await File.WriteAllTextAsync(
            folder.File("password"), "of-a-file\n", TestContext.Current.CancellationToken);
        await _rig.AllSentAsync();
        Assert.Contains("AUTH PLAIN " + Base64("\0gw@gw.example\0of-a-file"), _sink.Commands);
    }

    [Fact]
    public async Task Without_a_refresh_token_the_client_asks_for_itself()
    {
        TakeTokens();
        (_rig.Options.OAuth.RefreshToken, _rig.Options.Auth) = (null, SmartHostAuth.OAuthBearer);
        _sink.Offers = ["AUTH XOAUTH2 OAUTHBEARER"];
        await SendOneAsync();
        Assert.Equal("client_credentials", Assert.Single(_authority.Asked)["grant_type"]);
        Assert.Contains(_sink.Commands, line => line.StartsWith("AUTH OAUTHBEARER ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"revoked"}""", "answered 400: invalid_grant")]
    [InlineData(200, "{}", "answered 200: no token in the answer")]
    [InlineData(200, "[1", "answered 200: no token in the answer")]
    [InlineData(503, "busy", "answered 503: no token in the answer")]
    public async Task Without_a_token_the_mail_waits_and_the_log_says_why(int status, string json, string why)
    {
        TakeTokens();
        _authority.Answer = _ => (status, json);
        await _rig.StartAsync(_sink.Port);
        await _rig.EnqueueAsync("a");
        await Eventually.IsAsync(() => _rig.Log.Count(1504) >= 1);
        Assert.Contains(why, _rig.Log.Lines.First(line => line.Id == 1504).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_rig.Log.Lines, line => line.Text.Contains("refresh-0", StringComparison.Ordinal));

        _authority.Answer = _ => (200, """{"access_token":"late"}""");
        await _rig.AllSentAsync();
    }

    private void TakeTokens()
    {
        _sink.Offers = ["AUTH XOAUTH2 PLAIN"];
        _rig.Options.Password = null;
        (_rig.Options.OAuth.TokenUrl, _rig.Options.OAuth.ClientId) = (_authority.Url, "app");
        (_rig.Options.OAuth.ClientSecret, _rig.Options.OAuth.RefreshToken) = ("s3", "refresh-0");
        _rig.Options.OAuth.Scope = "https://outlook.office.com/SMTP.Send offline_access";
    }

    private async Task SendOneAsync()
    {
        await _rig.StartAsync(_sink.Port);
        await SendMoreAsync();
    }

    private async Task SendMoreAsync()
    {
        int before = _sink.Mails.Count;
        await _rig.EnqueueAsync("a");
        await Eventually.IsAsync(() => _sink.Mails.Count > before);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>The server's side of RFC 5802 with SHA-256, for one user.</summary>
    private sealed class ScramServer(string password)
    {
        private const int Rounds = 4096;
        private static readonly byte[] Salt = Encoding.ASCII.GetBytes("some salt");
        private readonly byte[] _salted =
            Rfc2898DeriveBytes.Pbkdf2(password, Salt, Rounds, HashAlgorithmName.SHA256, 32);
        private string _first = "";
        private string _said = "";

        public bool IsProven { get; private set; }

        public string? Answer(string line)
        {
            if (line.Length == 0) return IsProven ? "235 2.7.0 welcome" : null;
            string text = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1]));
            if (text.StartsWith("n,", StringComparison.Ordinal))
            {
                _first = text[(text.IndexOf("n=", 2, StringComparison.Ordinal))..];
                string nonce = _first[(_first.IndexOf("r=", StringComparison.Ordinal) + 2)..] + "server";
                _said = $"r={nonce},s={Convert.ToBase64String(Salt)},i={Rounds}";
                return $"334 {Base64(_said)}";
            }

            int at = text.IndexOf(",p=", StringComparison.Ordinal);
            byte[] all = Encoding.UTF8.GetBytes($"{_first},{_said},{text[..at]}");
            byte[] key = HMACSHA256.HashData(_salted, "Client Key"u8);
            byte[] proof = HMACSHA256.HashData(SHA256.HashData(key), all);
            for (int i = 0; i < proof.Length; i++) proof[i] ^= key[i];
            IsProven = text[(at + 3)..] == Convert.ToBase64String(proof);
            byte[] ours = HMACSHA256.HashData(HMACSHA256.HashData(_salted, "Server Key"u8), all);
            return IsProven ? $"334 {Base64("v=" + Convert.ToBase64String(ours))}" : "535 5.7.8 no";
        }
    }
}
