using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace EmailSms.Smtp.Tests;

public sealed class MailSpoolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtp-spool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task What_was_appended_is_read_back_with_or_without_a_file() =>
        Gen.Select(Gen.Byte.Array[0, 3000].Array[0, 8], Gen.Bool.Array[8], Gen.Int[1, 5000]).SampleAsync(
            async (parts, spills, readBytes) =>
            {
                using var spool = new MailSpool(_folder, 4096);
                for (int i = 0; i < parts.Length; i++)
                {
                    spool.Append(parts[i]);
                    if (spills[i]) await spool.SpillAsync();
                }

                byte[] whole = [.. parts.SelectMany(part => part)];
                Assert.Equal(whole.Length, spool.LengthBytes);
                using var read = new MemoryStream();
                await using Stream stream = spool.OpenRead();
                await stream.CopyToAsync(read, readBytes);
                Assert.Equal(whole, read.ToArray());

                read.SetLength(0);
                stream.Position = 0;
                stream.CopyTo(read, readBytes);
                Assert.Equal(whole, read.ToArray());
            },
            iter: 200);

    [Fact]
    public async Task The_file_has_no_name_while_it_is_used()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file on Windows keeps its name until it is closed.");
        using var spool = new MailSpool(_folder, 4096);
        spool.Append(new byte[5000]);
        await spool.SpillAsync();
        Assert.StartsWith(_folder, spool.FilePath, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task The_file_is_gone_when_the_mail_was_answered()
    {
        var spool = new MailSpool(_folder, 4096);
        spool.Append(new byte[5000]);
        await spool.SpillAsync();
        spool.Dispose();
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_stream_kept_too_long_throws_and_reads_nobody_elses_octets()
    {
        var spool = new MailSpool(_folder, 4096);
        spool.Append("secret"u8);
        await using Stream stream = spool.OpenRead();
        spool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        await Assert.ThrowsAsync<ObjectDisposedException>(
            async () => await stream.ReadExactlyAsync(new byte[6], TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(spool.OpenRead);
    }

    [Theory]
    [InlineData(4096, false)]
    [InlineData(4097, true)]
    public async Task A_mail_goes_to_a_file_when_it_outgrows_the_memory(int mailBytes, bool isFile)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "gone")).FullName;
        await using Mailroom room = await Mailroom.OpenAsync(options =>
        {
            options.SpoolMemoryBytesMax = 4097;
            options.SpoolFolder = folder;
        });
        Directory.Delete(folder); // so that a file is a failure
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        await OpenDataAsync(talk);
        await talk.SayAsync(new string('x', mailBytes - 2) + "\r\n.\r\n");
        await talk.HearAsync(isFile ? "452 4.3.1" : "250 2.6.0");
        await talk.AskAsync("NOOP", "250");
        await OpenDataAsync(talk);
        await talk.SayAsync("small\r\n.\r\n");
        await talk.HearAsync("250 2.6.0");
    }

    [Fact]
    public async Task A_large_mail_arrives_octet_for_octet_and_leaves_no_file()
    {
        await using Mailroom room = await Mailroom.OpenAsync(options => options.SpoolFolder = _folder);
        await using WireTalk talk = await WireTalk.GreetedAsync(room.Address);
        var text = new StringBuilder();
        for (int i = 0; i < 40_000; i++)
        {
            text.Append("...line ").Append(i).Append(new string('y', i % 150)).Append("\r\n");
        }

        await OpenDataAsync(talk);
        await talk.SayAsync(text.ToString().Replace("...", "....", StringComparison.Ordinal) + ".\r\n");
        await talk.HearAsync("250 2.6.0");
        TakenMail mail = await room.NextMailAsync();
        Assert.Equal(
            Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(text.ToString()))),
            Convert.ToHexString(SHA256.HashData(mail.Octets)));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private static async Task OpenDataAsync(WireTalk talk)
    {
        await talk.AskAsync("MAIL FROM:<ann@a.example>", "250");
        await talk.AskAsync("RCPT TO:<bob@gw.example>", "250");
        await talk.AskAsync("DATA", "354");
    }
}
