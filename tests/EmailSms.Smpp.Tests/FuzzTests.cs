using EmailSms.Smpp.Fuzz;

namespace EmailSms.Smpp.Tests;

/// <summary>
/// Nearly good octets, the same in every run. A finding names its seed and its number, which make the same octets
/// again.
/// </summary>
public sealed class FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_octets_upset_the_codec_the_framing_or_the_texts(long seed)
    {
        for (int number = 0; number < 30_000; number++) FuzzTargets.Try(seed, number);
    }

    [Fact]
    public async Task No_octets_upset_a_session_on_either_side()
    {
        await using var sessions = new SessionFuzz();
        for (int number = 0; number < 300; number++) await sessions.TryAsync(1, number);
    }
}
