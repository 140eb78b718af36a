using System.Globalization;
using CsCheck;
using EmailSms.Composing;

namespace EmailSms.Tests.Composing;

public sealed class OnCallTests
{
    [Theory]
    [InlineData("mon-fri 08:00-18:00 anna; mon-sun 18:00-08:00 bob", "2026-11-25T10:00Z", "anna")] // a Wednesday
    [InlineData("mon-fri 08:00-18:00 anna; mon-sun 18:00-08:00 bob", "2026-11-25T18:00Z", "bob")]
    [InlineData("mon-fri 08:00-18:00 anna; mon-sun 18:00-08:00 bob", "2026-11-25T07:59Z", "bob")]
    [InlineData("mon-fri 08:00-18:00 anna", "2026-11-28T10:00Z", null)] // a Saturday
    [InlineData("fri 18:00-08:00 bob", "2026-11-28T07:59Z", "bob")] // begun on Friday
    [InlineData("fri 18:00-08:00 bob", "2026-11-27T07:59Z", null)]
    [InlineData("sat-mon 00:00-24:00 bob", "2026-11-29T23:59Z", "bob")]
    [InlineData("sat-mon 00:00-24:00 bob", "2026-12-01T00:00Z", null)]
    [InlineData("mon,wed 00:00-24:00 anna; mon-sun 00:00-24:00 bob", "2026-11-25T10:00Z", "anna")] // the first
    public void The_week_names_who_is_on_duty(string shifts, string at, string? person) =>
        Assert.Equal(person, Make(shifts, zone: "UTC").OnDutyAt(Time(at)));

    [Theory]
    // Summer time begins in Berlin on 29 March at 02:00, which becomes 03:00.
    [InlineData("2026-03-29T00:59Z", "night")] // 01:59
    [InlineData("2026-03-29T01:00Z", "morning")] // 03:00: 02:30, when the morning begins, was never shown
    // It ends on 25 October at 03:00, which becomes 02:00: 02:30 comes twice.
    [InlineData("2026-10-25T00:29Z", "night")] // 02:29
    [InlineData("2026-10-25T00:30Z", "morning")] // 02:30, the first
    [InlineData("2026-10-25T01:00Z", "night")] // 02:00, the second
    [InlineData("2026-10-25T01:30Z", "morning")] // 02:30, the second
    public void On_the_days_on_which_the_clock_is_set_the_wall_is_right(string at, string person) =>
        Assert.Equal(
            person,
            Make("mon-sun 22:00-02:30 night; mon-sun 02:30-12:00 morning", zone: "Europe/Berlin").OnDutyAt(Time(at)));

    [Theory]
    [InlineData("2026-12-23T22:59Z", "anna")]
    [InlineData("2026-12-23T23:00Z", "carol")] // midnight in Berlin
    [InlineData("2026-12-26T22:59Z", "carol")] // the last day is one of them
    [InlineData("2026-12-26T23:00Z", "anna")]
    [InlineData("2026-12-31T17:30Z", "dave")]
    [InlineData("2027-01-01T05:00Z", "anna")]
    public void An_override_goes_before_the_week(string at, string person) => Assert.Equal(
        person,
        Make(
            "mon-sun 00:00-24:00 anna", zone: "Europe/Berlin",
            overrides: "2026-12-24..2026-12-26 carol; 2026-12-31T18:00..2027-01-01T06:00 dave").OnDutyAt(Time(at)));

    [Fact]
    public void The_chain_follows_and_names_nobody_twice()
    {
        OnCall onCall = Make("mon-sun 00:00-24:00 bob", chain: "anna, bob carol");
        Assert.Equal(["bob", "anna", "carol"], onCall.ChainAt(Time("2026-11-25T10:00Z")));
        Assert.Equal(["anna", "bob", "carol"], Make("mon 08:00-09:00 bob", chain: "anna bob carol")
            .ChainAt(Time("2026-11-25T10:00Z")));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        Assert.False(OnCall.TryRead(
            new OnCallDraft
            {
                Name = "postmaster",
                Owner = "nobody",
                TimeZone = "Mars/Olympus",
                Wait = TimeSpan.FromSeconds(1),
                Until = "9",
                Shifts = "noday 1-2 anna; mon 08:00-25:00 bob; mon 08:00 bob",
                Overrides = "2026-13-01 x",
            },
            out _, out IReadOnlyList<string> mistakes));
        Assert.Equal(10, mistakes.Count);
    }

    [Fact]
    public void What_is_written_is_read_again_as_itself_and_nothing_throws()
    {
        Gen<string> texts = Gen.String[Gen.Char["montuewdhfrisa-,: 0123456789;.T+ab"], 0, 60];
        texts.Sample(
            text =>
            {
                if (Shift.TryParse(text, out Shift? shift))
                {
                    Assert.True(Shift.TryParse(shift!.ToString(), out Shift? again));
                    Assert.Equal(shift.ToString(), again!.ToString());
                    _ = shift.Holds(DateTime.MinValue.AddDays(1));
                }

                if (ShiftOverride.TryParse(text, out ShiftOverride? one))
                {
                    Assert.True(ShiftOverride.TryParse(one!.ToString(), out ShiftOverride? again));
                    Assert.Equal(one, again);
                }
            },
            iter: 20_000);
        Assert.True(Shift.TryParse("mon-fri 08:00-24:00 anna", out Shift? whole));
        Assert.Equal("mon,tue,wed,thu,fri 08:00-24:00 anna", whole!.ToString());
    }

    private static OnCall Make(string shifts, string zone = "UTC", string overrides = "", string chain = "")
    {
        bool isRight = OnCall.TryRead(
            new OnCallDraft
            {
                Name = "ops",
                Owner = "boss@x.example",
                TimeZone = zone,
                Shifts = shifts,
                Overrides = overrides,
                Chain = chain,
            },
            out OnCall? onCall, out IReadOnlyList<string> mistakes);
        Assert.True(isRight, string.Join(" ", mistakes));
        return onCall!;
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
