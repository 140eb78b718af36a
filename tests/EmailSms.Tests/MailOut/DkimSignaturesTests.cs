using System.ComponentModel.DataAnnotations;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Tests.Peers;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;

namespace EmailSms.Tests.MailOut;

/// <summary>What leaves is signed, and verifies after the way over SMTP.</summary>
public sealed class DkimSignaturesTests : IAsyncLifetime
{
    private readonly OutboxRig _rig = new();
    private readonly SmtpSink _sink = SmtpSink.Open();
    private readonly TestFolder _folder = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _sink.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_mail_has_a_signature_of_every_key_and_they_hold()
    {
        AsymmetricKeyParameter rsa = AddKey("rsa", Rsa(2048));
        AsymmetricKeyParameter ed = AddKey("ed", Ed25519());
        MimeMessage sent = await SendAsync(Written("Grüße,\nfrom a phone.\n\n"));

        List<Header> signatures = [.. sent.Headers.Where(header => header.Id is HeaderId.DkimSignature)];
        Assert.Equal(2, signatures.Count);
        var verifier = new DkimVerifier(new Keys(rsa, ed));
        foreach (Header signature in signatures)
        {
            Assert.True(await verifier.VerifyAsync(sent, signature, Stopping));
            Assert.Contains("d=gw.example", signature.Value, StringComparison.Ordinal);
        }

        sent.Subject = "Another";
        foreach (Header signature in signatures) Assert.False(await verifier.VerifyAsync(sent, signature, Stopping));
    }

    [Fact]
    public async Task A_header_that_was_added_on_the_way_breaks_it()
    {
        AsymmetricKeyParameter key = AddKey("rsa", Rsa(2048));
        MimeMessage sent = await SendAsync(Written("hello"));
        Header signature = Assert.Single(sent.Headers, header => header.Id is HeaderId.DkimSignature);
        sent.Headers.Add("Sender", "mallory@elsewhere.example");
        Assert.False(await new DkimVerifier(new Keys(key, key)).VerifyAsync(sent, signature, Stopping));
    }

    [Fact]
    public void A_key_that_is_none_or_too_short_is_refused_with_a_sentence()
    {
        string missing = Path.Combine(_folder.Path, "missing.pem");
        Assert.StartsWith($"{missing} cannot be read: ", Wrong(missing), StringComparison.Ordinal);
        string text = Path.Combine(_folder.Path, "text.pem");
        File.WriteAllText(text, "hello");
        Assert.Equal($"{text} holds no private key of RSA or Ed25519 in PEM.", Wrong(text));
        AddKey("short", Rsa(512));
        Assert.Equal($"{_rig.Keys[^1].KeyFile} is an RSA key of less than 1024 bits.", Wrong(_rig.Keys[^1].KeyFile));
        AddKey("good", Rsa(1024));
        Assert.Null(Wrong(_rig.Keys[^1].KeyFile));
    }

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    private static string? Wrong(string file)
    {
        var options = new DkimOptions { Domain = "gw.example", Selector = "s", KeyFile = file };
        List<ValidationResult> wrong = [];
        Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true);
        return wrong.FirstOrDefault()?.ErrorMessage;
    }

    private static OutgoingMail Written(string text) => ReplyMail.Build(MailTemplates.Shipped, new Reply
    {
        Id = "7d9f0a52-1d6e-4d35-9f0b-000000000001",
        Domain = "gw.example",
        Source = "+447700900123",
        Name = "Änne",
        To = EmailAddress.Parse("ann@x.example"),
        Text = text,
        ReceivedAt = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero),
    });

    private static AsymmetricCipherKeyPair Rsa(int bits)
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new KeyGenerationParameters(new SecureRandom(), bits));
        return generator.GenerateKeyPair();
    }

    private static AsymmetricCipherKeyPair Ed25519()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return generator.GenerateKeyPair();
    }

    // The public half.
    private AsymmetricKeyParameter AddKey(string selector, AsymmetricCipherKeyPair pair)
    {
        string file = Path.Combine(_folder.Path, selector + ".pem");
        using (StreamWriter writer = File.CreateText(file))
        using (var pem = new PemWriter(writer))
        {
            pem.WriteObject(new Pkcs8Generator(pair.Private));
        }

        _rig.Keys.Add(new DkimOptions { Domain = "gw.example", Selector = selector, KeyFile = file });
        return pair.Public;
    }

    private async Task<MimeMessage> SendAsync(OutgoingMail mail)
    {
        await _rig.StartAsync(_sink.Port);
        await _rig.EnqueueAsync(mail);
        await Eventually.IsAsync(() => _sink.Mails.Count == 1);
        using var content = new MemoryStream(_sink.Mails[0].Content);
        return await MimeMessage.LoadAsync(content, Stopping);
    }

    private sealed class Keys(AsymmetricKeyParameter rsa, AsymmetricKeyParameter ed) : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            selector == "rsa" ? rsa : ed;

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
