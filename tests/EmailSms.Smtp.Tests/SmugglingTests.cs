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
        "\n\r.\n\r", "\r\n.\n\n", "\n.\n\r\n", "\n\r\n.\r\r", "\r\n.\r.\r\n", "\n..\n", "\r\n..\n",
        "\0\n.\n", "\r\n.\n.\r\n",
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
    [InlineData("\r\n. \r\n")]
    [InlineData("\r\n.\t\r\n")]
    [InlineData("\r\n .\r\n")]
    [InlineData("\r\n..\r\n")]
    [InlineData("\r\n.\u0085\r\n")] // a line end to Unicode
    [InlineData("\r\n.\v\r\n")]
    [InlineData("\r\n.\f\r\n")]
    [InlineData("\r\n\u00ae\r\n")] // a dot with its eighth bit set
    public async Task A_dot_that_is_not_alone_is_text(string line)
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
        await talk.SayAsync("Subject: hi\r\n\r\ntext" + line + Hidden + ".\r\nNOOP\r\n");
        await talk.HearAsync("250 2.6.0");
        await talk.HearAsync("250 2.0.0");
        Assert.EndsWith(Hidden, Assert.Single(room.Taken).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_chunk_no_dot_ends_anything()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        string mail = "Subject: hi\r\n\r\ntext\r\n.\r\n" + Hidden;
        await talk.SayAsync($"BDAT {mail.Length} LAST\r\n{mail}NOOP\r\n");
        await talk.HearAsync("250 2.6.0");
        await talk.HearAsync("250 2.0.0");
        Assert.Equal(mail, Assert.Single(room.Taken).Text);
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
