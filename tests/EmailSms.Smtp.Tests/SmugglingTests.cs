namespace EmailSms.Smtp.Tests;

/// <summary>
/// A mail that hides a second one behind an end of data that only some servers see. Here none of them ends the data:
/// whatever the hidden mail says, it is not delivered and its commands are not answered.
/// </summary>
public sealed class SmugglingTests
{
    private const string Hidden =
        "MAIL FROM:<boss@a.example>\r\nRCPT TO:<eve@gw.example>\r\nDATA\r\nSubject: forged\r\n\r\nforged\r\n";

    public static TheoryData<string> Ends() =>
    [
        "\n.\n", "\n.\r\n", "\n.\r", "\r.\r", "\r.\n", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r\n.\r\r\n", "\r\r\n.\n",
        "\r\n.\0\r\n", "\0\r\n.\n", "\n\n.\n\n", "\r\n.\v\n", "\r\n\r.\r\n",
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_false_end_of_a_mail_delivers_nothing(string end)
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
        await talk.SayAsync("Subject: hi\r\n\r\ntext" + end + Hidden + ".\r\nNOOP\r\n");
        await talk.HearAsync("550 5.6.0");
        await talk.HearAsync("250 2.0.0"); // NOOP: one reply to the mail, and we are in step
        Assert.Empty(room.Taken);
        Assert.DoesNotContain("mail <boss@a.example>", room.Events);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\n\r")]
    public async Task A_command_behind_a_false_line_end_is_not_obeyed(string end)
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.SayAsync($"NOOP{end}MAIL FROM:<boss@a.example>\r\nNOOP\r\n");
        await talk.HearAsync("500 5.5.2");
        await talk.HearAsync("250 2.0.0");
        Assert.Empty(room.Events);
    }
}
