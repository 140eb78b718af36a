using System.Text;

namespace EmailSms.Smtp.Tests;

public sealed class ChunkTests
{
    [Theory]
    [InlineData("0", 0, false)]
    [InlineData("5 LAST", 5, true)]
    [InlineData("5  last", 5, true)]
    [InlineData("99999999999999999999", long.MaxValue, false)]
    public void A_chunk_is_a_count_and_perhaps_the_last(string argument, long bytes, bool isLast)
    {
        Assert.True(ChunkCommand.TryParse(argument, out ChunkCommand chunk));
        Assert.Equal(new ChunkCommand(bytes, isLast), chunk);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("+5")]
    [InlineData("5x")]
    [InlineData("LAST")]
    [InlineData("5 FIRST")]
    [InlineData("5 LAST LAST")]
    [InlineData("999999999999999999999")]
    public void What_is_no_count_is_no_chunk(string argument) => Assert.False(ChunkCommand.TryParse(argument, out _));

    [Fact]
    public async Task A_mail_cut_off_within_a_chunk_is_not_delivered()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using (WireTalk talk = await WireTalk.GreetedAsync(room.Address))
        {
            await talk.SayAsync("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 100 LAST\r\n" + new string('x', 99));
            talk.EndSaying();
            await talk.HearAsync("250");
            await talk.HearAsync("250");
            await talk.HearTheEndAsync();
        }

        await room.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Empty(room.Taken);
    }

    [Theory]
    [InlineData(4096, false)]
    [InlineData(4097, true)]
    public async Task A_chunk_over_four_times_the_size_is_cut_off(int bytes, bool isCut)
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.MailBytesMax = 1024);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.SayAsync($"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT {bytes} LAST\r\n" + new string('x', bytes));
        await talk.HearAsync("250");
        await talk.HearAsync("250");
        await talk.HearAsync("552 5.3.4");
        if (isCut) await talk.HearAsync("421 4.3.4");
        else await talk.AskAsync("NOOP", "250");
        Assert.Empty(room.Taken);
    }

    [Fact]
    public async Task Empty_chunks_are_junk()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.JunkCommandsMax = 3);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address); // EHLO is the first
        await talk.AskAsync("MAIL FROM:<a@b>", "250");
        await talk.AskAsync("RCPT TO:<c@d>", "250");
        await talk.AskAsync("BDAT 0", "250");
        await talk.AskAsync("BDAT 0", "250");
        await talk.AskAsync("BDAT 0", "421");
        await talk.HearTheEndAsync();
    }

    [Fact]
    public async Task Before_TLS_a_chunk_is_read_and_refused()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.Certificate = TestCertificate.Context;
            options.Tls = SmtpTls.Required;
        });
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await talk.SayAsync("BDAT 6 LAST\r\nNOOP\r\nNOOP\r\n");
        await talk.HearAsync("530 5.7.0");
        await talk.AskAsync("QUIT", "250"); // the one NOOP outside the chunk
        await talk.HearAsync("221");
    }

    [Fact]
    public async Task A_large_mail_in_chunks_arrives_octet_for_octet()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        byte[] mail = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(n => $".line {n}\r\n")));
        await talk.AskAsync("MAIL FROM:<a@b>", "250");
        await talk.AskAsync("RCPT TO:<c@d>", "250");
        foreach (byte[] chunk in mail.Chunk(7001))
        {
            await talk.SayAsync($"BDAT {chunk.Length}\r\n");
            await talk.SayAsync(chunk);
            await talk.HearAsync("250 2.0.0");
        }

        await talk.AskAsync("BDAT 0 LAST", "250 2.6.0");
        Assert.Equal(mail, (await room.NextMailAsync()).Octets);
    }
}
