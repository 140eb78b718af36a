using EmailSms.Composing;
using EmailSms.Messages;

namespace EmailSms.Tests.Composing;

public sealed class OwnTextTests
{
    private static readonly MailKind Reply = new(IsReply: true, IsForward: false);
    private static readonly MailKind Plain = new(IsReply: false, IsForward: false);

    [Theory]
    [InlineData("On Tue, 24 Nov 2026 at 07:12, Ann <ann@example.org> wrote:")]
    [InlineData("On 24/11/2026 07:12, Ann wrote:")]
    [InlineData("On Tue, 24 Nov 2026 at 07:12, Ann Example <\nann.example@example.org>\nwrote:")]
    [InlineData("Am Di., 24. Nov. 2026 um 07:12 Uhr schrieb Ann <ann@example.org>:")]
    [InlineData("Le 24/11/2026 à 07:12, Ann a écrit :")]
    [InlineData("El mar, 24 nov 2026 a las 7:12, Ann (<ann@example.org>) escribió:")]
    [InlineData("Il giorno mar 24 nov 2026 alle ore 07:12 Ann <ann@example.org> ha scritto:")]
    [InlineData("Op 24-11-2026 om 07:12 schreef Ann:")]
    [InlineData("-----Original Message-----")]
    [InlineData("-----Ursprüngliche Nachricht-----")]
    [InlineData("----- Message d'origine -----")]
    [InlineData("-----Mensaje original-----")]
    [InlineData("-----Oorspronkelijk bericht-----")]
    [InlineData("From: Ann <ann@example.org>\nSent: 24 November 2026 07:12\nTo: Bob\nSubject: x")]
    [InlineData("*From:* Ann\n*Sent:* 24 November 2026 07:12\n*To:* Bob\n*Cc:* Eve\n*Subject:* x")]
    [InlineData("Von: Ann\nGesendet: Dienstag, 24. November 2026 07:12\nAn: Bob\nBetreff: x")]
    [InlineData("De : Ann\nEnvoyé : mardi 24 novembre 2026 07:12\nÀ : Bob\nObjet : x")]
    [InlineData("De: Ann\nEnviado el: martes, 24 de noviembre de 2026\nPara: Bob\nAsunto: x")]
    [InlineData("Da: Ann\nInviato: martedì 24 novembre 2026\nA: Bob\nOggetto: x")]
    [InlineData("Van: Ann\nVerzonden: dinsdag 24 november 2026\nAan: Bob\nOnderwerp: x")]
    [InlineData("________________________________\nFrom: Ann\nSent: today\nTo: Bob\nSubject: x")]
    public void The_mail_that_is_answered_is_cut(string attribution)
    {
        Assert.Equal("New.", OwnText.Of($"New.\n\n{attribution}\n\nOld.", TextRules.Default, Reply));
        TextRules whole = TextRules.Default with { StripQuote = false };
        string all = OwnText.Of($"New.\n\n{attribution}\n\nOld.", whole, Reply);
        Assert.EndsWith("\n\nOld.", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_between_quoted_lines_are_all_kept() => Assert.Equal(
        "Yes.\nNo.",
        OwnText.Of("On 24/11/2026 07:12, Ann wrote:\n> One?\nYes.\n> Two?\nNo.", TextRules.Default, Reply));

    [Theory]
    [InlineData("On arrival the nurse wrote:\nBP 80/50")] // no date: not an attribution
    [InlineData("Load is\n> 90 %")]
    [InlineData("New voicemail\nFrom: 01632 960123\nTo: 200\nDate: 24 Nov")]
    [InlineData("First.\n\nSecond after a blank line.\n\nThird.")]
    [InlineData("This message is confidential.\n\nBed 4 to theatre 2.")]
    [InlineData("This message about bed 4 is confidential and stays on the ward until Friday morning.")]
    [InlineData("Thanks\nDr Ann\nBleep 4421")]
    [InlineData("Get the keys from the mail room")]
    [InlineData("Sent from ward 7 to theatre: two units.")]
    [InlineData("Hotline # 4421\n## 7")]
    public void What_only_looks_like_mail_stays(string text) =>
        Assert.Equal(text, OwnText.Of(text, TextRules.Default, Plain));

    [Fact]
    public void What_is_longer_than_a_signature_is_none()
    {
        string list = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"{i} ok"));
        Assert.Equal("Report", OwnText.Of($"Report\n-- \n{list}", TextRules.Default, Plain));
        string more = OwnText.Of($"Report\n-- \n{list}\n21 ok", TextRules.Default, Plain);
        Assert.EndsWith("\n20 ok\n21 ok", more, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_mail_that_is_passed_on_only_the_head_is_taken_for_one()
    {
        string fields = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"Disk: {i}"));
        string opened = OwnText.Of(
            $"-------- Forwarded Message --------\nFrom: Ann\nSubject: Disks\n{fields}", TextRules.Default, Plain);
        Assert.StartsWith("From: Ann\nSubject: Disks\nDisk: ", opened, StringComparison.Ordinal);
        Assert.EndsWith("Disk: 19\nDisk: 20", opened, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quotation_that_is_the_whole_message_of_no_reply_stays() => Assert.Equal(
        "From: Ann\nSent: today\nSubject: x\n\nText.",
        OwnText.Of("From: Ann\nSent: today\nSubject: x\n\nText.", TextRules.Default, Plain));

    [Theory]
    [InlineData("Sent from my iPhone")]
    [InlineData("Sent from my Samsung Galaxy smartphone.")]
    [InlineData("Sent from Outlook for Android<https://aka.ms/AAb9ysg>")]
    [InlineData("Get Outlook for iOS<https://aka.ms/o0ukef>")]
    [InlineData("Sent with Proton Mail secure email.")]
    [InlineData("Von meinem iPhone gesendet")]
    [InlineData("Gesendet von Outlook für Android")]
    [InlineData("Envoyé de mon iPhone")]
    [InlineData("Envoyé depuis mon téléphone Android")]
    [InlineData("Enviado desde mi iPhone")]
    [InlineData("Inviato da iPhone")]
    [InlineData("Verzonden vanaf mijn iPhone")]
    [InlineData("-- \nAnn\nExample Trust")]
    [InlineData("--\nAnn")]
    public void What_the_mail_program_signed_is_cut(string signature)
    {
        Assert.Equal("Bed 4.", OwnText.Of($"Bed 4.\n\n{signature}\n", TextRules.Default, Plain));
        Assert.NotEqual("Bed 4.", OwnText.Of(
            $"Bed 4.\n\n{signature}\n", TextRules.Default with { StripSignature = false }, Plain));
    }

    [Theory]
    [InlineData("This email and any attachments are confidential and intended solely for the addressee.")]
    [InlineData("CONFIDENTIALITY NOTICE: The content of this message is privileged. If received in error, delete it.")]
    [InlineData("Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt. Vertraulich.")]
    [InlineData("Ce message est confidentiel et destiné à son destinataire. Reçu par erreur, merci de le supprimer.")]
    [InlineData("Este mensaje es confidencial y se dirige a su destinatario. Si lo recibe por error, elimínelo.")]
    [InlineData("Questo messaggio è riservato e destinato al destinatario. Se ricevuto per errore, eliminarlo.")]
    [InlineData("Dit bericht is vertrouwelijk en bestemd voor de geadresseerde. Verwijder het bij vergissing.")]
    [InlineData("Please consider the environment before printing this email.")]
    [InlineData("Virus-free. www.example.org")]
    public void A_notice_that_a_company_adds_is_cut(string notice)
    {
        Assert.Equal("Bed 4.", OwnText.Of($"Bed 4.\n\n{notice}\n", TextRules.Default, Plain));
        Assert.Equal("Bed 4.\nAnn", OwnText.Of($"Bed 4.\nAnn\n{notice}\n", TextRules.Default, Plain));
        Assert.NotEqual("Bed 4.", OwnText.Of(
            $"Bed 4.\n\n{notice}\n", TextRules.Default with { StripDisclaimer = false }, Plain));
    }

    [Fact]
    public void Text_below_a_notice_stays() => Assert.Equal(
        "Bed 4.\n\nCall 4421.",
        OwnText.Of(
            "Bed 4.\n\nThis email is confidential and intended solely for the addressee named.\n\nCall 4421.",
            TextRules.Default,
            Plain));

    [Theory]
    [InlineData("Bed 4.\n##\nAnn", "Bed 4.")]
    [InlineData("Bed 4.\n###\nAnn", "Bed 4.")]
    [InlineData("Bed 4. ##\nAnn", "Bed 4.")]
    [InlineData("Bed 4.###\nAnn", "Bed 4.")]
    [InlineData("##\nBed 4.", "##\nBed 4.")]
    [InlineData("### Alert ###\nBed 4.", "### Alert ###\nBed 4.")]
    [InlineData("Bed 4.\n####\nAnn", "Bed 4.\nAnn")] // a rule, not a terminator
    public void A_terminator_ends_the_text_alone_or_at_the_end_of_a_line(string text, string expected) =>
        Assert.Equal(expected, OwnText.Of(text, TextRules.Default, Plain));

    [Fact]
    public void Terminators_are_the_senders_own() => Assert.Equal(
        "Bed 4.##\nEND", OwnText.Of("Bed 4.##\nEND\n$$\nAnn", TextRules.Default with { Terminators = ["$$"] }, Plain));

    [Fact]
    public void A_warning_about_strangers_is_cut_off_the_top() => Assert.Equal(
        "Bed 4.",
        OwnText.Of(
            "CAUTION: This email originated from outside of the organisation. Do not click links.\n\nBed 4.",
            TextRules.Default,
            Plain));

    [Theory]
    [InlineData("www.example.org<http://www.example.org/> now", "www.example.org now")]
    [InlineData("Ann<mailto:ann@example.org> now", "Ann now")]
    [InlineData("plan<http://x.example.org/a>", "plan<http://x.example.org/a>")]
    [InlineData("a [cid:image001.png@01DB] b", "a b")]
    [InlineData("<mailto:ann@example.org> is on duty", "is on duty")]
    [InlineData("5 < 7 <http", "5 < 7 <http")]
    public void A_link_that_outlook_writes_twice_is_written_once(string line, string expected) =>
        Assert.Equal(expected, OwnText.Of(line, TextRules.Default, Plain));
}
