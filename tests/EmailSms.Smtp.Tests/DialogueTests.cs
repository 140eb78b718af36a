namespace EmailSms.Smtp.Tests;

public sealed class DialogueTests
{
    public static TheoryData<string, Cut> Talks() => TalksIn("");

    [Theory]
    [MemberData(nameof(Talks))]
    public async Task A_talk_goes_as_written_however_it_is_cut(string name, Cut cut)
    {
        await using Mailroom room = await Mailroom.OpenAsync(Set);
        await Dialogue.Read(name).PlayAsync(room, cut);
    }

    internal static TheoryData<string, Cut> TalksIn(string folder)
    {
        var talks = new TheoryData<string, Cut>();
        foreach (string name in Dialogue.NamesIn(folder))
        {
            foreach (Cut cut in Enum.GetValues<Cut>()) talks.Add(name, cut);
        }

        return talks;
    }

    internal static void Set(SmtpServerOptions options)
    {
        options.MailBytesMax = 1024;
        options.RecipientsMax = 3;
        options.ErrorsMax = 100;
        options.CommandLineBytesMax = 512;
        options.ErrorDelay = TimeSpan.Zero;
    }
}
