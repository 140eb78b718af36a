namespace EmailSms.Smtp.Tests;

/// <summary>A class of its own, so that it runs beside the others.</summary>
public sealed class TlsDialogueTests
{
    [Theory]
    [MemberData(nameof(DialogueTests.Talks), MemberType = typeof(DialogueTests))]
    public async Task A_talk_inside_TLS_goes_as_written_too(string name, Cut cut)
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            DialogueTests.Set(options);
            options.Certificate = TestCertificate.Context;
            options.Tls = SmtpTls.Implicit;
        });
        await Dialogue.Read(name).PlayAsync(room, cut, isTls: true);
    }
}
