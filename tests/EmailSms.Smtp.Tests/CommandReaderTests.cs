using System.Buffers;
using System.Text;
using CsCheck;

namespace EmailSms.Smtp.Tests;

public sealed class CommandReaderTests
{
    private static readonly SmtpServerOptions Options = new() { CommandLineBytesMax = 512 };

    private static readonly Gen<string> Lines = Gen.OneOf(
        Gen.OneOf("NOOP", "MAIL FROM:<", ">", "RCPT TO:", " ", "\r", "\n", "\r\n", "\r\n", "\0", "ü", "\"", "\\", "@"),
        Gen.Char['\0', 'ÿ'].Select(c => c.ToString()),
        Gen.Int[500, 520].Select(n => new string('x', n))).Array[0, 16].Select(string.Concat);

    [Fact]
    public void Any_octets_give_the_same_commands_however_they_are_cut() =>
        Gen.Select(Lines, Gen.Int[1, 7]).Sample(
            (text, cut) => Assert.Equal(Read(text, int.MaxValue), Read(text, cut)), iter: 5_000);

    [Fact]
    public void Any_octets_give_as_many_commands_as_there_are_CRLFs() =>
        Lines.Sample(text => Assert.Equal(text.Split("\r\n").Length - 1, Read(text, 3).Count), iter: 5_000);

    [Fact]
    public void Any_octets_are_a_command_or_a_fault_and_any_argument_is_an_envelope_or_a_fault() =>
        Gen.Byte.Array[0, 64].Sample(
            octets =>
            {
                SmtpCommand command = SmtpCommand.Parse(octets);
                Judge(command.Argument);
            },
            iter: 20_000);

    [Fact]
    public void Any_characters_of_a_path_are_an_envelope_or_a_fault() =>
        Gen.OneOf(
            "FROM:", "TO:", "<", ">", "@", "\"", "\\", "[", "]", ",", ":", ".", "a", "ü", " ", "=", "SIZE",
            "1", "IPv6:")
            .Array[0, 20].Select(string.Concat).Sample(Judge, iter: 50_000);

    private static void Judge(string argument)
    {
        // A fault is a refusal of the client's own making; what is taken is what the rules say it is.
        if (EnvelopeParser.ParseMail(argument, Options, out SmtpMailFrom mail) is { } mailFault)
        {
            Assert.True(mailFault.Code is 501 or 552 or 553 or 555);
        }
        else
        {
            Assert.True(mail.IsNull || mail.Address.Contains('@'));
        }

        if (EnvelopeParser.ParseRcpt(argument, Options, true, out SmtpRcptTo recipient) is { } rcptFault)
        {
            Assert.True(rcptFault.Code is 501 or 555);
        }
        else
        {
            Assert.NotEmpty(recipient.LocalPart);
            Assert.EndsWith(recipient.Domain, recipient.Address, StringComparison.Ordinal);
        }
    }

    private static List<SmtpCommand> Read(string text, int cut)
    {
        var reader = new CommandReader(null!, Options); // TryTake needs no wire
        var commands = new List<SmtpCommand>();
        byte[] octets = Encoding.Latin1.GetBytes(text);
        byte[] kept = [];
        for (int at = 0; at < octets.Length;)
        {
            int length = Math.Min(cut, octets.Length - at);
            kept = [.. kept, .. octets[at..(at + length)]];
            at += length;
            ReadOnlySequence<byte> buffer = Segments(kept);
            while (reader.TryTake(ref buffer, Options.CommandLineBytesMax, out bool isTooLong))
            {
                commands.Add(isTooLong ? SmtpCommand.Faulty(Replies.LineTooLong) : SmtpCommand.Parse(reader.Line));
            }

            kept = buffer.ToArray();
        }

        return commands;
    }

    // Two segments, cut in the middle: what spans them must be seen, too.
    private static ReadOnlySequence<byte> Segments(byte[] octets)
    {
        var first = new Segment(octets.AsMemory(0, octets.Length / 2), 0);
        Segment second = first.Append(octets.AsMemory(octets.Length / 2));
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
