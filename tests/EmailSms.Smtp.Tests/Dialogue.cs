using System.Text;

namespace EmailSms.Smtp.Tests;

/// <summary>How the client's octets are cut into packets.</summary>
public enum Cut
{
    Whole,
    LineByLine,
    ByteByByte,
}

/// <summary>
/// A talk in a text file. <c>C: </c> is a line the client says (CRLF is added), <c>C| </c> octets without CRLF,
/// <c>S: </c> the beginning of a line it must hear, <c>S: (end)</c> the server hanging up, <c>H: </c> what the handler
/// must have been told, all of it and in this order. <c>\r \n \0 \t \xNN</c> are octets.
/// </summary>
internal sealed class Dialogue(string[] lines)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Dialogues");

    /// <summary>Every octet the client says.</summary>
    public byte[] Octets => Encoding.Latin1.GetBytes(string.Concat(lines.Select(Said)));

    /// <summary>The talks in a folder of their own, and not in those below it.</summary>
    public static IEnumerable<string> NamesIn(string folder) =>
        Directory.GetFiles(Path.Combine(Folder, folder), "*.txt").Order()
            .Select(file => Path.Combine(folder, Path.GetFileNameWithoutExtension(file)));

    public static Dialogue Read(string name) => new(
        [.. File.ReadAllLines(Path.Combine(Folder, name + ".txt"))
            .Where(line => line.Length > 0 && line[0] != '#')]);

    public async Task PlayAsync(Mailroom room, Cut cut, bool isTls = false)
    {
        await using WireTalk talk =
            isTls ? await WireTalk.ConnectTlsAsync(room.Address) : await WireTalk.ConnectAsync(room.Address);
        if (cut is Cut.Whole)
        {
            await talk.SayAsync(string.Concat(lines.Select(Said)));
            foreach (string line in lines) await HearAsync(talk, line);
        }
        else
        {
            foreach (string line in lines)
            {
                await SayAsync(talk, Said(line), cut);
                await HearAsync(talk, line);
            }
        }

        CheckTold(room);
    }

    /// <summary>What a whole session was answered, its connection ended.</summary>
    public void Check(string replies, Mailroom room)
    {
        string[] heard = replies.Split("\r\n");
        Assert.Equal("", heard[^1]);
        string[] expected = [.. lines.Where(IsReply).Select(line => line[3..])];
        if (expected[^1] == "(end)") Assert.Equal(expected.Length, heard.Length);
        foreach ((string wanted, string line) in expected.Where(one => one != "(end)").Zip(heard))
        {
            Assert.StartsWith(wanted, line, StringComparison.Ordinal);
        }

        CheckTold(room);
    }

    private static bool IsReply(string line) => line.StartsWith("S: ", StringComparison.Ordinal);

    private void CheckTold(Mailroom room)
    {
        string[] told =
            [.. lines.Where(line => line.StartsWith("H: ", StringComparison.Ordinal)).Select(line => line[3..])];
        if (told.Length > 0) Assert.Equal(told, room.Events.Where(e => e != "disposed").Take(told.Length + 1));
    }

    private static async Task SayAsync(WireTalk talk, string said, Cut cut)
    {
        if (cut is Cut.LineByLine && said.Length > 0) await talk.SayAsync(said);
        if (cut is not Cut.ByteByByte) return;
        foreach (char octet in said)
        {
            await talk.SayAsync(octet.ToString());
            await Task.Yield();
        }
    }

    private static async Task HearAsync(WireTalk talk, string line)
    {
        if (!IsReply(line)) return;
        string? heard = await talk.HearLineAsync();
        if (line == "S: (end)") Assert.Null(heard);
        else Assert.StartsWith(line[3..], heard, StringComparison.Ordinal);
    }

    private static string Said(string line) => line[..2] switch
    {
        "C:" => Unescape(line[3..]) + "\r\n",
        "C|" => Unescape(line[3..]),
        "S:" or "H:" => "",
        _ => throw new FormatException($"Not a line of a dialogue: {line}"),
    };

    private static string Unescape(string text)
    {
        var octets = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                octets.Append(text[i]);
                continue;
            }

            char kind = text[++i];
            octets.Append(kind switch
            {
                'r' => '\r',
                'n' => '\n',
                't' => '\t',
                '0' => '\0',
                '\\' => '\\',
                'x' => (char)Convert.ToByte(text.Substring(i + 1, 2), 16),
                _ => throw new FormatException($"Not an escape: \\{kind}"),
            });
            if (kind == 'x') i += 2;
        }

        return octets.ToString();
    }
}
