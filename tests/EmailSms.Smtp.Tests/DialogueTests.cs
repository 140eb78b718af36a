namespace EmailSms.Smtp.Tests;

public sealed class DialogueTests
{
    public static TheoryData<string, Cut> Talks()
    {
        var talks = new TheoryData<string, Cut>();
        string folder = Path.Combine(AppContext.BaseDirectory, "Dialogues");
        foreach (string file in Directory.GetFiles(folder, "*.txt").Order())
        {
            foreach (Cut cut in Enum.GetValues<Cut>()) talks.Add(Path.GetFileNameWithoutExtension(file), cut);
        }

        return talks;
    }

    [Theory]
    [MemberData(nameof(Talks))]
    public async Task A_talk_goes_as_written_however_it_is_cut(string name, Cut cut)
    {
        await using Mailroom room = await Mailroom.OpenAsync(Set);
        await Dialogue.Read(name).PlayAsync(room, cut);
    }

    internal static void Set(SmtpServerOptions options)
    {
        options.MailBytesMax = 1024;
        options.RecipientsMax = 3;
        options.ErrorsMax = 100;
        options.CommandLineBytesMax = 512;
    }
}
