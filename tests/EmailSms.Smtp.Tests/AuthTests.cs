using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

public sealed class AuthTests
{
    private static readonly SmtpCredential Ann = SmtpCredential.Create("ann", "pencil", 4096);

    [Fact]
    public async Task PLAIN_with_an_initial_response_names_the_session()
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "235 2.7.0");
        Assert.Equal("ann", Assert.Single(room.Sessions).Identity);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "503 5.5.1");
        await talk.AskAsync("RSET", "250");
        await talk.AskAsync("EHLO again.example", "250");
        Assert.Equal("ann", Assert.Single(room.Sessions).Identity);
    }

    [Fact]
    public async Task PLAIN_and_LOGIN_may_wait_for_the_challenge()
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk one = await WireTalk.GreetedAsync(room.Address);
        Assert.Equal("334 ", await one.AskAsync("auth plain", "334"));
        await one.AskAsync(Base64("ann\0ann\0pencil"), "235 2.7.0");

        await using WireTalk two = await WireTalk.GreetedAsync(room.Address);
        await two.AskAsync("AUTH LOGIN", "334 VXNlcm5hbWU6");
        await two.AskAsync(Base64("ann"), "334 UGFzc3dvcmQ6");
        await two.AskAsync(Base64("pencil"), "235 2.7.0");

        await using WireTalk three = await WireTalk.GreetedAsync(room.Address);
        await three.AskAsync("AUTH LOGIN " + Base64("ann"), "334 UGFzc3dvcmQ6");
        await three.AskAsync(Base64("pencil"), "235 2.7.0");
        Assert.All(room.Sessions, session => Assert.Equal("ann", session.Identity));
    }

    [Theory]
    [InlineData("\0ann\0wrong", "535 5.7.8")]
    [InlineData("\0ann\0", "535 5.7.8")]
    [InlineData("\0nobody\0pencil", "535 5.7.8")]
    [InlineData("\0\0pencil", "535 5.7.8")]
    [InlineData("bob\0ann\0pencil", "535 5.7.8")]
    [InlineData("\0ann\n\0pencil", "535 5.7.8")]
    [InlineData("\0ann", "501 5.5.2")]
    [InlineData("\0ann\0pen\0cil", "501 5.5.2")]
    [InlineData("", "501 5.5.2")]
    public async Task PLAIN_that_is_wrong_names_nobody(string message, string expected)
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN " + (message.Length == 0 ? "=" : Base64(message)), expected);
        Assert.Null(Assert.Single(room.Sessions).Identity);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "235");
    }

    [Fact]
    public async Task A_response_that_is_none_ends_the_exchange_and_not_the_session()
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH", "501 5.5.4");
        await talk.AskAsync("AUTH CRAM-MD5", "504 5.5.4");
        await talk.AskAsync("AUTH PLAIN not!base64", "501 5.5.2");
        await talk.AskAsync("AUTH PLAIN AGFubv8AcGVuY2ls", "501 5.5.2"); // 0xff is no UTF-8
        await talk.AskAsync("AUTH LOGIN =", "334 UGFzc3dvcmQ6"); // an empty name, and not a bad one
        await talk.AskAsync("*", "501 5.7.0");
        await talk.AskAsync("AUTH PLAIN", "334");
        await talk.AskAsync("*", "501 5.7.0");
        await talk.AskAsync("AUTH LOGIN", "334");
        await talk.AskAsync("YW 5u", "501 5.5.2");
        await talk.AskAsync("NOOP", "250");
    }

    [Theory]
    [InlineData(12_288, "501 5.5.2")]
    [InlineData(12_292, "500 5.5.6")]
    public async Task A_response_has_at_most_12288_octets(int responseBytes, string expected)
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN", "334");
        await talk.AskAsync(new string('Q', responseBytes), expected);
        await talk.AskAsync("NOOP", "250");
    }

    [Fact]
    public async Task AUTH_has_its_place()
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        await talk.AskAsync("AUTH PLAIN", "503 5.5.1");
        await talk.AskAsync("HELO client.example", "250");
        await talk.AskAsync("AUTH PLAIN", "503 5.5.1");
        await talk.AskAsync("EHLO client.example", "250");
        await talk.AskAsync("MAIL FROM:<ann@a.example> AUTH=<>", "250");
        await talk.AskAsync("AUTH PLAIN", "503 5.5.1");
        await talk.AskAsync("RSET", "250");
        await talk.AskAsync("AUTH PLAIN", "334");
    }

    [Fact]
    public async Task Without_credentials_there_is_no_AUTH()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN", "502 5.5.1");
        Assert.Throws<OptionsValidationException>(
            () => SmtpServerOptionsLimits.Check(new SmtpServerOptions { RequiresAuthentication = true }));
    }

    [Fact]
    public async Task A_password_does_not_cross_the_network_in_the_clear()
    {
        await using Mailroom room = await OpenAsync(options =>
        {
            options.AllowsPlaintextAuth = false;
            options.Certificate = TestCertificate.Context;
        });
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        Assert.EndsWith("AUTH SCRAM-SHA-256", await talk.AskAsync("EHLO c", "250"), StringComparison.Ordinal);
        await talk.AskAsync("AUTH PLAIN", "538 5.7.11");
        await talk.AskAsync("AUTH LOGIN", "538 5.7.11");
        await talk.AskAsync("STARTTLS", "220");
        await talk.SecureAsync();
        Assert.EndsWith("AUTH SCRAM-SHA-256 PLAIN LOGIN", await talk.AskAsync("EHLO c", "250"));
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "235");
    }

    [Fact]
    public async Task Where_TLS_is_required_AUTH_is_not_offered_before_it()
    {
        await using Mailroom room = await OpenAsync(options =>
        {
            options.Certificate = TestCertificate.Context;
            options.Tls = SmtpTls.Required;
        });
        await using WireTalk talk = await WireTalk.ConnectAsync(room.Address);
        await talk.HearAsync("220");
        Assert.DoesNotContain("AUTH", await talk.AskAsync("EHLO c", "250"), StringComparison.Ordinal);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "530 5.7.0");
    }

    [Fact]
    public async Task A_name_with_control_characters_is_not_looked_for()
    {
        await using Mailroom room = await OpenAsync(options =>
            options.Credentials = (name, _) => throw new InvalidOperationException("asked for " + name));
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\n\0pencil"), "535 5.7.8");
    }

    [Fact]
    public async Task Who_authenticated_before_TLS_has_to_do_it_again_inside()
    {
        await using Mailroom room = await OpenAsync(options => options.Certificate = TestCertificate.Context);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "235");
        await talk.AskAsync("STARTTLS", "220");
        await talk.SecureAsync();
        await talk.AskAsync("EHLO client.example", "250");
        Assert.Null(Assert.Single(room.Sessions).Identity);
    }

    [Fact]
    public async Task Where_authentication_is_required_no_mail_begins_without_it()
    {
        await using Mailroom room = await OpenAsync(options => options.RequiresAuthentication = true);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "530 5.7.0 Authentication required");
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0wrong"), "535");
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "530 5.7.0");
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "235");
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        Assert.Equal(["mail <ann@a.example>"], room.Events);
    }

    [Fact]
    public async Task The_failure_after_the_last_ends_the_session()
    {
        await using Mailroom room = await OpenAsync(options => options.AuthFailuresMax = 2);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        for (int i = 0; i < 2; i++) await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0wrong"), "535 5.7.8");
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0wrong"), "421 4.7.0 Too many failed");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task The_reply_to_a_wrong_password_is_held_back()
    {
        var time = new FakeTimeProvider();
        await using Mailroom room = await Mailroom.OpenAsync(
            options =>
            {
                options.Credentials = (_, _) => new((SmtpCredential?)null);
                options.AllowsPlaintextAuth = true;
            },
            time);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        Task<string> told = talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0wrong"), "535 5.7.8");
        Assert.NotSame(told, await Task.WhenAny(told, Task.Delay(200, TestContext.Current.CancellationToken)));
        while (!told.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(told, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        await told;
    }

    [Fact]
    public async Task A_store_that_is_down_is_a_454_and_no_refusal_for_good()
    {
        await using Mailroom room = await OpenAsync(
            options => options.Credentials = (_, _) => throw new IOException("scripted"));
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("AUTH PLAIN " + Base64("\0ann\0pencil"), "454 4.7.0");
        await talk.AskAsync("NOOP", "250");
    }

    [Fact]
    public void SCRAM_agrees_with_the_example_of_RFC_7677()
    {
        ScramExchange exchange = ScramExchange.Begin("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")!;
        SmtpCredential credential =
            SmtpCredential.Create("user", "pencil", 4096, Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="));
        Assert.Equal("user", exchange.User);
        Assert.Equal(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            exchange.Challenge(credential, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"));
        const string proof = ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        const string final = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        Assert.True(exchange.IsProven(credential, final + proof));
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", exchange.Signature(credential));

        Assert.False(exchange.IsProven(credential, final + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVU="));
        Assert.False(exchange.IsProven(credential, final + ",p=dHzb"));
        Assert.False(exchange.IsProven(credential, final + ",p=!"));
        Assert.False(exchange.IsProven(credential, final));
        Assert.False(exchange.IsProven(credential, final.Replace("biws", "eSws") + proof));
        Assert.False(exchange.IsProven(credential, final.Replace("$k0", "$k1") + proof));
    }

    [Theory]
    [InlineData("n,,n=a=2Cb=3Dc,r=x", "a,b=c")]
    [InlineData("y,,n=ann,r=x", "ann")]
    [InlineData("n,a=ann,n=ann,r=x", "ann")]
    [InlineData("n,a=bob,n=ann,r=x", null)]
    [InlineData("p=tls-exporter,,n=ann,r=x", null)]
    [InlineData("n,,m=ext,n=ann,r=x", null)]
    [InlineData("n,,n=ann=40,r=x", null)]
    [InlineData("n,,n=,r=x", null)]
    [InlineData("n,,n=ann,r=", null)]
    [InlineData("n,,n=ann", null)]
    [InlineData("", null)]
    public void SCRAM_begins_for_a_user_or_not_at_all(string message, string? user) =>
        Assert.Equal(user, ScramExchange.Begin(message)?.User);

    [Theory]
    [InlineData("", "235 2.7.0")]
    [InlineData("more", "501 5.5.2")]
    [InlineData(null, "501 5.7.0")]
    public async Task SCRAM_ends_with_an_empty_line_of_the_client(string? last, string expected)
    {
        await using Mailroom room = await OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        string challenge = await talk.AskAsync("AUTH SCRAM-SHA-256 " + Base64("n,,n=ann,r=abc"), "334 ");
        string serverFirst = Encoding.UTF8.GetString(Convert.FromBase64String(challenge[4..]));
        await talk.AskAsync(Base64(Proven(serverFirst, "c=biws," + serverFirst.Split(',')[0])), "334 dj"); // "v="
        await talk.AskAsync(last is null ? "*" : Base64(last), expected);
        Assert.Equal(expected[0] == '2' ? "ann" : null, Assert.Single(room.Sessions).Identity);
    }

    [Theory]
    [InlineData("c=biws,r=", true)]
    [InlineData("c=eSws,r=", false)] // "y,,": a header the exchange did not begin with
    [InlineData("c=biws,r=x", false)] // a nonce that is not the server's
    public void SCRAM_believes_no_proof_of_another_exchange(string beginning, bool isProven)
    {
        ScramExchange exchange = ScramExchange.Begin("n,,n=ann,r=abc")!;
        string serverFirst = exchange.Challenge(Ann);
        string message = beginning + serverFirst.Split(',')[0][2..];
        Assert.Equal(isProven, exchange.IsProven(Ann, Proven(serverFirst, message)));
    }

    // The client's half of SCRAM for ann and her pencil.
    private static string Proven(string serverFirst, string withoutProof)
    {
        string[] parts = serverFirst.Split(',');
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            "pencil", Convert.FromBase64String(parts[1][2..]), 4096, HashAlgorithmName.SHA256, 32);
        byte[] proof = HMACSHA256.HashData(salted, "Client Key"u8);
        byte[] signature = HMACSHA256.HashData(
            SHA256.HashData(proof), Encoding.UTF8.GetBytes($"n=ann,r=abc,{serverFirst},{withoutProof}"));
        for (int i = 0; i < proof.Length; i++) proof[i] ^= signature[i];
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    [Fact]
    public async Task SCRAM_tells_nobody_which_names_exist()
    {
        await using Mailroom room = await OpenAsync();
        string[] salts = new string[2];
        for (int i = 0; i < 2; i++)
        {
            await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
            string challenge = await talk.AskAsync("AUTH SCRAM-SHA-256 " + Base64("n,,n=nobody,r=abc"), "334 ");
            string[] parts = Encoding.UTF8.GetString(Convert.FromBase64String(challenge[4..])).Split(',');
            salts[i] = parts[1];
            await talk.AskAsync(Base64($"c=biws,{parts[0]},p={Convert.ToBase64String(new byte[32])}"), "535 5.7.8");
        }

        Assert.Equal(salts[0], salts[1]); // a salt that changed would tell, too
    }

    [Fact]
    public void A_credential_is_read_back_as_it_was_stored()
    {
        SmtpCredential read = SmtpCredential.FromStored("ann", Ann.ToStored());
        Assert.True(read.Fits("pencil"));
        Assert.False(read.Fits("Pencil"));
        Assert.Equal(Ann.ToStored(), read.ToStored());
        Assert.NotEqual(Ann.ToStored(), SmtpCredential.Create("ann", "pencil", 4096).ToStored());
        Assert.DoesNotContain("pencil", Ann.ToStored(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SCRAM-SHA-1$4096:AAAA$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$4096:AAAA$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$1:AAAA$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$4096:!$!:!")]
    public void What_is_no_stored_credential_is_refused(string stored) =>
        Assert.Throws<FormatException>(() => SmtpCredential.FromStored("ann", stored));

    [Theory]
    [InlineData(4095, false)]
    [InlineData(4096, true)]
    [InlineData(10_000_000, true)]
    [InlineData(10_000_001, false)]
    public void A_stored_credential_has_neither_too_few_iterations_nor_too_many(int iterations, bool isTaken)
    {
        string stored = Ann.ToStored().Replace("$4096:", $"${iterations}:");
        if (isTaken) Assert.Equal(iterations, SmtpCredential.FromStored("ann", stored).Iterations);
        else Assert.Throws<FormatException>(() => SmtpCredential.FromStored("ann", stored));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static Task<Mailroom> OpenAsync(Action<SmtpServerOptions>? set = null) => Mailroom.OpenAsync(options =>
    {
        options.Credentials = (name, _) => new(name == "ann" ? Ann : null);
        options.AllowsPlaintextAuth = true;
        options.AuthFailureDelay = TimeSpan.Zero;
        options.ErrorsMax = 100;
        set?.Invoke(options);
    });
}
