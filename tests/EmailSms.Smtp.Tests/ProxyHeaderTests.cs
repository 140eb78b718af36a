using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using CsCheck;

namespace EmailSms.Smtp.Tests;

public sealed class ProxyHeaderTests
{
    private static readonly byte[] Signature = [.. "\r\n\r\n\0\r\nQUIT\n"u8];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25", "192.0.2.1:56324", "198.51.100.1:25")]
    [InlineData("PROXY TCP4 255.255.255.255 0.0.0.0 0 65535", "255.255.255.255:0", "0.0.0.0:65535")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 1 2", "[2001:db8::1]:1", "[::1]:2")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2", "192.0.2.1:1", "[2001:db8::2]:2")]
    [InlineData("PROXY UNKNOWN", null, null)]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535", null, null)]
    public void Version_1_names_the_client_or_nobody(string line, string? source, string? destination) =>
        Check(Encoding.Latin1.GetBytes(line + "\r\n"), source, destination);

    [Theory]
    [InlineData("PROXY")]
    [InlineData("PROXY ")]
    [InlineData("PROXX TCP4 192.0.2.1 198.51.100.1 56324 25")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP5 192.0.2.1 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25 1")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.1 56324 25")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 65536")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 056 25")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 -1 25")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.1 1 25")]
    [InlineData("PROXY TCP4 192.0.513 198.51.100.1 1 25")]
    [InlineData("PROXY TCP4 2001:db8::1 198.51.100.1 1 25")]
    [InlineData("PROXY TCP6 192.0.2.1 ::1 1 25")]
    [InlineData("PROXY TCP6 [::1] ::1 1 25")]
    [InlineData("PROXY TCP6 fe80::1%1 ::1 1 25")]
    [InlineData("EHLO client.example")]
    public void What_is_no_header_of_version_1_is_wrong(string line) =>
        Assert.Throws<FormatException>(() => Take([.. Encoding.Latin1.GetBytes(line + "\r\n")], int.MaxValue));

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void Version_1_has_at_most_107_octets(int bytes, bool isTaken)
    {
        string line = "PROXY UNKNOWN " + new string('x', bytes - 16) + "\r\n";
        if (isTaken) Check(Encoding.Latin1.GetBytes(line), null, null);
        else Assert.Throws<FormatException>(() => Take(Encoding.Latin1.GetBytes(line), 1));
    }

    [Fact]
    public void Version_2_names_the_client_or_nobody_and_may_say_more()
    {
        byte[] four = [192, 0, 2, 1, 198, 51, 100, 1, 0x12, 0x34, 0, 25];
        byte[] six = [.. IPAddress.Parse("2001:db8::1").GetAddressBytes(), .. IPAddress.IPv6Loopback.GetAddressBytes(),
            0, 1, 0, 2];
        byte[] tlvs = [0x04, 0, 3, 1, 2, 3, 0xe0, 0, 1, 0x41];
        Check(Binary(0x21, 0x11, four), "192.0.2.1:4660", "198.51.100.1:25");
        Check(Binary(0x21, 0x11, [.. four, .. tlvs]), "192.0.2.1:4660", "198.51.100.1:25");
        Check(Binary(0x21, 0x21, [.. six, .. tlvs]), "[2001:db8::1]:1", "[::1]:2");
        Check(Binary(0x20, 0x11, four), null, null); // LOCAL
        Check(Binary(0x20, 0xff, []), null, null);
        Check(Binary(0x21, 0x00, tlvs), null, null); // UNSPEC
        Check(Binary(0x21, 0x31, new byte[216]), null, null); // a Unix socket
        Check(Binary(0x21, 0x11, [.. four, .. new byte[508]]), "192.0.2.1:4660", "198.51.100.1:25"); // 536 octets
    }

    [Fact]
    public void What_is_no_header_of_version_2_is_wrong()
    {
        byte[] four = [192, 0, 2, 1, 198, 51, 100, 1, 0x12, 0x34, 0, 25];
        foreach (byte[] wrong in (byte[][])
        [
            Binary(0x11, 0x11, four), // version 1 in the form of 2
            Binary(0x22, 0x11, four), // an unknown command
            Binary(0x21, 0x12, four), // a datagram
            Binary(0x21, 0x41, four),
            Binary(0x21, 0x11, four[..11]),
            Binary(0x21, 0x21, four),
            Binary(0x21, 0x11, [.. four, .. new byte[509]]), // 537 octets
            [.. Signature[..11], 0x0d, 0x21, 0x11, 0, 12, .. four],
        ])
        {
            Assert.Throws<FormatException>(() => Take(wrong, int.MaxValue));
            Assert.Throws<FormatException>(() => Take(wrong, 1));
        }
    }

    [Fact]
    public void Any_octets_are_a_header_or_wrong_or_not_yet_however_they_are_cut() =>
        Gen.Select(
            Gen.OneOf(
                Gen.OneOf("PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "1.2.3.4", "::1", " ", "25", "\r\n", "\r", "x")
                    .Select(Encoding.Latin1.GetBytes),
                Gen.Const(Signature),
                Gen.Byte.Array[1, 4]).Array[0, 10].Select(parts => parts.SelectMany(part => part).ToArray()),
            Gen.Int[1, 9])
            .Sample((octets, cut) => Assert.Equal(Try(octets, int.MaxValue), Try(octets, cut)), iter: 20_000);

    private static string Try(byte[] octets, int cut)
    {
        try
        {
            return Take(octets, cut)?.ToString() ?? "not yet";
        }
        catch (FormatException)
        {
            return "wrong";
        }
    }

    private static byte[] Binary(byte command, byte family, byte[] rest)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)rest.Length);
        return [.. Signature, command, family, .. length, .. rest];
    }

    private static void Check(byte[] header, string? source, string? destination)
    {
        byte[] octets = [.. header, .. "EHLO x\r\n"u8];
        foreach (int cut in (int[])[1, 7, int.MaxValue])
        {
            (IPEndPoint? from, IPEndPoint? to, int used) = Take(octets, cut)!.Value;
            Assert.Equal((source, destination, header.Length), (from?.ToString(), to?.ToString(), used));
        }
    }

    private static (IPEndPoint? Source, IPEndPoint? Destination, int Used)? Take(byte[] octets, int cut)
    {
        for (long seen = Math.Min(cut, octets.Length); ; seen = Math.Min(seen + cut, octets.Length))
        {
            var buffer = new ReadOnlySequence<byte>(octets, 0, (int)seen);
            if (ProxyHeader.TryTake(ref buffer, out ProxyHeader header))
            {
                return (header.Source, header.Destination, (int)(seen - buffer.Length));
            }

            Assert.Equal(seen, buffer.Length);
            if (seen == octets.Length) return null;
        }
    }
}
