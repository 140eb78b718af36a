using System.Text;
using CsCheck;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// Mails as broken programs make them: each is taken or refused for good, none is "try again later" for ever, and the
/// one after it goes its way.
/// </summary>
public sealed class Damaged_mails_do_no_harm
{
    private const string Multipart =
        "From: ann@clinic.example\r\nTo: x@sms.example\r\nSubject: =?utf-8?B?w6k=?=\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n"
        + "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + "Caf=C3=A9 at 3\r\n"
        + "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+Q2Fm6SBhdCAzPC9wPg==\r\n"
        + "--b--\r\n";

    [Theory]
    [InlineData("no header and one line", "UPS on battery", "UPS on battery")]
    [InlineData("an unknown charset",
        "Content-Type: text/plain; charset=x-klingon\r\n\r\nDoor open", "Door open")]
    [InlineData("broken base64",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nRG9vciBvcGVu!!=", "Door open")]
    [InlineData("a boundary that never comes",
        "Content-Type: multipart/mixed; boundary=nowhere\r\n\r\nDoor open", "Door open")]
    [InlineData("no end of the last part",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nDoor open",
        "Door open")]
    [InlineData("half a quoted-printable escape",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDoor open=", "Door open")]
    [InlineData("eight bits and no charset", "Subject: x\r\n\r\nK\u00fchlung l\u00e4uft", "Kühlung läuft")]
    [InlineData("two subjects", "Subject: a\r\nSubject: b\r\n\r\nDoor open", "Door open")]
    [InlineData("fifty Received", "{received}Subject: x\r\n\r\nDoor open", "Door open")]
    [InlineData("a line that starts with a dot", "Subject: x\r\n\r\n..hidden", ".hidden")]
    public async Task What_can_be_read_arrives(string what, string content, string text)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        string received = string.Concat(Enumerable.Repeat("Received: from a by b\r\n", 50));
        string heard = await smtp.OfferAsync(content.Replace("{received}", received, StringComparison.Ordinal));
        Assert.True(heard.StartsWith("250 2.0.0 1 SMS kept as ", StringComparison.Ordinal), $"{what}: {heard}");
        Assert.Equal(text, (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task What_cannot_is_refused_for_good_and_the_gateway_goes_on()
    {
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Smtp.Limits.RefusalsMax = 10_000;
            settings.Smtp.Limits.ErrorsMax = 10_000;
            settings.Smtp.Limits.ErrorDelay = TimeSpan.Zero;
        });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        Gen<byte[]> damaged = Gen.Select(
            Gen.Select(Gen.Int[0, Multipart.Length - 1], Gen.Byte).Array[0, 12],
            Gen.Int[0, Multipart.Length],
            (changes, length) =>
            {
                byte[] octets = Encoding.ASCII.GetBytes(Multipart);
                foreach ((int at, byte octet) in changes) octets[at] = octet;
                return octets[..length];
            });

        int taken = 0;
        await damaged.SampleAsync(
            async octets =>
            {
                // A dot on a line of its own would end the mail early; senders double it (RFC 5321 4.5.2).
                string content = Encoding.Latin1.GetString(octets).Replace("\n.", "\n..", StringComparison.Ordinal);
                if (content.StartsWith('.')) content = "." + content;
                string heard = await smtp.OfferAsync(content);
                Assert.Matches("^(250 2\\.0\\.0|550 5\\.[67]\\.[01]|554 5\\.6\\.0) ", heard);
                if (heard[0] == '2') taken++;
            },
            iter: 300, threads: 1);

        Assert.StartsWith("250", await smtp.OfferAsync("Subject: x\r\n\r\nThe good one"), StringComparison.Ordinal);
        List<string> texts = [];
        while (texts.LastOrDefault() != "The good one") texts.Add((await test.NextSmsAsync()).Text);
        Assert.InRange(texts.Count, 1, taken + 1);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == texts.Count);
    }
}
