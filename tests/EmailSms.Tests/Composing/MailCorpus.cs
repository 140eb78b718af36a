namespace EmailSms.Tests.Composing;

/// <summary>
/// The mails beside these tests, as real systems write them, each with the text that the owner of the phone would want
/// to read. They are found from the program's place upwards, so that a path of the machine that built it never counts.
/// </summary>
internal static class MailCorpus
{
    private static readonly string Folder = FindFolder();

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.eml").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    public static byte[] Mail(string name) => File.ReadAllBytes(Path.Combine(Folder, $"{name}.eml"));

    public static string Expected(string name) =>
        File.ReadAllText(Path.Combine(Folder, $"{name}.expected.txt")).ReplaceLineEndings("\n").TrimEnd('\n');

    private static string FindFolder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string mails = Path.Combine(at.FullName, "tests", "EmailSms.Tests", "Mails");
            if (Directory.Exists(mails)) return mails;
        }

        throw new DirectoryNotFoundException("tests/EmailSms.Tests/Mails is not above the test program.");
    }
}
