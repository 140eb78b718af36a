using EmailSms.Smpp.Fuzz;

namespace EmailSms.Smpp.Tests;

/// <summary>
/// Nearly good octets, the same in every run; in CI about a minute of them. A finding names its seed and its number,
/// which make the same octets again, here and in <c>tests/EmailSms.Load -- fuzz</c>, which goes on as long as asked.
/// </summary>
public sealed class FuzzTests
{
    private static readonly int Times = Environment.GetEnvironmentVariable("CI") == "true" ? 4 : 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_octets_upset_the_codec_the_framing_or_the_texts(long seed)
    {
        for (int number = 0; number < 10_000 * Times; number++) FuzzTargets.Try(seed, number);
    }

    [Fact]
    public async Task No_octets_upset_a_session_on_either_side()
    {
        await using var sessions = new SessionFuzz();
        for (int number = 0; number < 300 * Times; number++) await sessions.TryAsync(1, number);
    }
}
