using CsCheck;
using EmailSms.Smpp.Text;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smpp.Tests.Text;

public sealed class MessageReassemblerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<ReassembledText> _givenUp = [];
    private readonly MessageReassembler _reassembler;

    public MessageReassemblerTests() =>
        _reassembler = new MessageReassembler(null, _time) { GivenUp = _givenUp.Add };

    public void Dispose() => _reassembler.Dispose();

    [Theory]
    [InlineData(Segmentation.Udh8)]
    [InlineData(Segmentation.Udh16)]
    [InlineData(Segmentation.Sar)]
    [InlineData(Segmentation.Payload)]
    public void A_long_text_is_whole_with_its_last_part_in_any_order(Segmentation segmentation)
    {
        string text = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i} € ")) + "Ж";
        List<SubmitSm> parts = Parts(text, 7, segmentation);
        parts.Reverse();
        foreach (SubmitSm part in parts.SkipLast(1)) Assert.False(_reassembler.TryAdd("a", part, out _));
        Assert.True(_reassembler.TryAdd("a", parts[^1], out ReassembledText? whole));
        Assert.Equal((text, true, 0), (whole.Text, whole.IsWhole, _reassembler.Waiting));
    }

    [Fact]
    public void Any_texts_mixed_in_any_order_with_repeats_come_out_once_each() =>
        Gen.Select(Gen.String[Gen.Char[' ', 'ж'], 100, 600].Array[1, 5], Gen.Int, Gen.Enum<Segmentation>())
            .Sample((texts, seed, segmentation) =>
            {
                using var reassembler = new MessageReassembler(null, _time);
                var order = new Random(seed);
                List<SubmitSm> all = [.. texts.SelectMany((text, i) => Parts(text, (ushort)i, segmentation))];
                List<SubmitSm> repeats =
                    [.. all.Where(s => Concatenation.TryRead(s) is not null && order.Next(3) == 0)];
                SubmitSm[] mixed = [.. all, .. repeats];
                order.Shuffle(mixed);
                List<string> whole = [];
                foreach (SubmitSm part in mixed)
                {
                    if (reassembler.TryAdd("a", part, out ReassembledText? text)) whole.Add(text.Text);
                }

                return reassembler.Waiting == 0 && whole.Order().SequenceEqual(
                    texts.Select(text => string.Concat(SmsSegmenter.Split(text).Parts)).Order());
            }, iter: 500);

    [Fact]
    public void What_could_be_confused_is_kept_apart()
    {
        SubmitSm first = Parts(new string('x', 200), 7, Segmentation.Udh8)[0];
        SubmitSm second = Parts(new string('x', 200), 7, Segmentation.Udh8)[1];
        Assert.False(_reassembler.TryAdd("a", first, out _));
        Assert.False(_reassembler.TryAdd("b", second, out _)); // another carrier
        var other = SmppAddress.FromE164("447700900999");
        Assert.False(_reassembler.TryAdd("a", second with { Source = other }, out _));
        Assert.False(_reassembler.TryAdd("a", second with { Destination = other }, out _));
        Assert.False(_reassembler.TryAdd("a", Parts(new string('x', 200), 7, Segmentation.Udh16)[1], out _)); // a width
        Assert.False(_reassembler.TryAdd("a", Parts(new string('x', 400), 7, Segmentation.Udh8)[1], out _)); // a total
        Assert.False(_reassembler.TryAdd("a", Parts(new string('x', 200), 8, Segmentation.Udh8)[1], out _)); // a number
        Assert.True(_reassembler.TryAdd("a", second, out _));
    }

    [Fact]
    public void A_pair_that_the_sender_did_cut_is_whole_again()
    {
        SubmitSm one = Part(1, DataCoding.Ucs2, "0041 D83D");
        SubmitSm two = Part(2, DataCoding.Ucs2, "DE00 0042");
        Assert.False(_reassembler.TryAdd("a", two, out _));
        Assert.True(_reassembler.TryAdd("a", one, out ReassembledText? surrogates));
        Assert.Equal("A😀B", surrogates.Text);

        Assert.False(_reassembler.TryAdd("b", Part(1, 0, "'a' 1B"), out _));
        Assert.True(_reassembler.TryAdd("b", Part(2, 0, "65 'b'"), out ReassembledText? escape));
        Assert.Equal("a€b", escape.Text);
    }

    [Fact]
    public void A_text_that_is_silent_too_long_is_given_out_with_its_gap()
    {
        List<SubmitSm> parts = Parts(new string('x', 400), 7, Segmentation.Udh8);
        Assert.False(_reassembler.TryAdd("a", parts[0], out _));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.False(_reassembler.TryAdd("a", parts[2], out _));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(_givenUp); // each part begins the wait anew
        _time.Advance(TimeSpan.FromMinutes(1));

        ReassembledText text = Assert.Single(_givenUp);
        Assert.Equal((new string('x', 153 + 94), false), (text.Text, text.IsWhole));
        Assert.Equal([false, true, false], text.Parts.Select(p => p is null));
        Assert.Equal(0, _reassembler.Waiting);
    }

    [Fact]
    public void A_text_that_is_too_old_is_given_out_though_parts_still_come()
    {
        var options = new ReassemblyOptions { IdleMax = TimeSpan.FromMinutes(5), AgeMax = TimeSpan.FromMinutes(8) };
        using var reassembler = new MessageReassembler(options, _time) { GivenUp = _givenUp.Add };
        List<SubmitSm> parts = Parts(new string('x', 900), 7, Segmentation.Udh8);
        for (int i = 0; i < 3; i++)
        {
            Assert.Empty(_givenUp);
            Assert.False(reassembler.TryAdd("a", parts[i], out _));
            _time.Advance(TimeSpan.FromMinutes(3));
        }

        Assert.Equal(3, Assert.Single(_givenUp).Parts.Count(p => p is not null));
    }

    [Fact]
    public void A_part_that_is_delivered_again_after_the_text_was_whole_begins_no_other()
    {
        List<SubmitSm> parts = Parts(new string('x', 200), 7, Segmentation.Udh8);
        Assert.False(_reassembler.TryAdd("a", parts[0], out _));
        Assert.True(_reassembler.TryAdd("a", parts[1], out _));
        Assert.False(_reassembler.TryAdd("a", parts[1], out _));
        Assert.Equal(0, _reassembler.Waiting);
    }

    [Fact]
    public void A_reference_that_is_used_again_begins_a_text_of_its_own()
    {
        foreach (char letter in "xy")
        {
            List<SubmitSm> parts = Parts(new string(letter, 200), 7, Segmentation.Udh8);
            Assert.False(_reassembler.TryAdd("a", parts[0], out _));
            Assert.True(_reassembler.TryAdd("a", parts[1], out ReassembledText? text));
            Assert.Equal(new string(letter, 200), text.Text);
        }

        Assert.False(_reassembler.TryAdd("a", Parts(new string('z', 200), 7, Segmentation.Udh8)[0], out _));
        _time.Advance(TimeSpan.FromMinutes(6)); // its second part never came
        Assert.False(_reassembler.TryAdd("a", Parts(new string('w', 200), 7, Segmentation.Udh8)[1], out _));
        Assert.Equal(new string('z', 153), Assert.Single(_givenUp).Text);
    }

    [Fact]
    public void With_too_many_the_one_that_is_silent_longest_goes()
    {
        using var reassembler = new MessageReassembler(new ReassemblyOptions { TextsMax = 2 }, _time)
        {
            GivenUp = _givenUp.Add,
        };
        foreach (ushort reference in new ushort[] { 1, 2, 3 })
        {
            Assert.False(reassembler.TryAdd("a", Parts(new string('x', 200), reference, Segmentation.Udh8)[0], out _));
        }

        Assert.Equal(1, Concatenation.TryRead(Assert.Single(_givenUp).Parts[0]!)!.Reference);
        Assert.Equal(2, reassembler.Waiting);
    }

    [Fact]
    public void A_message_that_is_none_of_several_is_whole_at_once()
    {
        Assert.True(_reassembler.TryAdd("a", new DeliverSm { ShortMessage = "hi"u8.ToArray() }, out var text));
        Assert.Equal("hi", text.Text);
        SubmitSm only = Part(1, 0, "'hi'");
        byte[] octets = only.ShortMessage.ToArray();
        octets[4] = 1; // part 1 of 1
        Assert.True(_reassembler.TryAdd("a", only with { ShortMessage = octets }, out text));
        Assert.Equal("hi", text.Text);
    }

    [Fact]
    public void References_to_one_destination_count_up_whatever_goes_elsewhere()
    {
        var references = new ConcatenationReferences(destinationsMax: 3);
        ushort first = references.Next("a");
        foreach (string other in new[] { "b", "c", "b" }) references.Next(other);
        Assert.Equal(unchecked((ushort)(first + 1)), references.Next("a"));
        for (int i = 0; i < 100; i++) references.Next($"{i}"); // and forgets, rather than grow
        HashSet<ushort> all = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(_ => references.Next("z"))];
        Assert.Equal(ushort.MaxValue + 1, all.Count);
    }

    private static SubmitSm Part(byte sequence, byte dataCoding, string octets) => new()
    {
        EsmClass = EsmClass.UserDataHeader,
        DataCoding = dataCoding,
        ShortMessage = (byte[])[5, 0, 3, 9, 2, sequence, .. Octets.Of(octets)],
    };

    private static List<SubmitSm> Parts(string text, ushort reference, Segmentation segmentation) =>
    [
        .. SmsSegmenter.ToSubmits(
            new SubmitSm { Source = SmppAddress.FromE164("447700900123") }, SmsSegmenter.Split(text, segmentation),
            reference, segmentation),
    ];
}
