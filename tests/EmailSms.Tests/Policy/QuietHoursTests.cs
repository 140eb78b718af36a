using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CsCheck;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class QuietHoursTests
{
    private const string London = "+442079460000";
    private const string Berlin = "+4930231250000";

    [Theory]
    [InlineData(London, "2026-11-25T08:00Z", null)] // Wednesday, the first minute
    [InlineData(London, "2026-11-25T20:59:59Z", null)]
    [InlineData(London, "2026-11-25T21:00Z", "2026-11-26T08:00Z")]
    [InlineData(London, "2026-11-25T03:00Z", "2026-11-25T08:00Z")]
    [InlineData(London, "2026-11-27T22:00Z", "2026-11-30T08:00Z")] // over the weekend
    [InlineData(London, "2026-12-24T22:00Z", "2026-12-28T08:00Z")] // Christmas is a Friday
    [InlineData(London, "2026-07-01T20:30Z", "2026-07-02T07:00Z")] // summer time
    [InlineData(Berlin, "2026-11-25T07:00Z", null)]
    [InlineData(Berlin, "2026-11-25T20:00Z", "2026-11-26T07:00Z")]
    [InlineData("+447700900123", "2026-11-25T03:00Z", "2026-11-25T08:00Z")] // of films: the country's zone
    [InlineData("+61491570156", "2026-11-25T22:00Z", "2026-11-26T01:30Z")] // a mobile may be on Cocos, 6:30 h
    [InlineData("+999123", "2026-11-25T03:00Z", "2026-11-25T08:00Z")] // of no country: UTC
    public void Hours_are_those_of_every_place_the_phone_may_be_in(string to, string at, string? opens)
    {
        QuietAnswer? answer = Quiet(new OpenHoursOptions
        {
            Days = "mon-fri",
            Holidays = ["2026-12-25"],
        }).Ask(PhoneNumber.FromE164(to), "marketing", SmsClass.Normal, null, At(at));
        Assert.Equal(opens is null ? null : At(opens), answer?.At?.ToUniversalTime());
    }

    [Theory]
    [InlineData("America/New_York", "2026-11-25T12:59Z", "2026-11-25T13:00Z")]
    [InlineData("Asia/Tokyo", "2026-11-25T12:00Z", "2026-11-25T23:00Z")]
    [InlineData("No/Where", "2026-11-25T07:59Z", "2026-11-25T08:00Z")] // then those of the number
    public void A_contact_s_own_zone_goes_before_those_of_the_number(string zone, string at, string opens)
    {
        QuietAnswer? answer = Quiet(new OpenHoursOptions()).Ask(
            PhoneNumber.FromE164(London), "x", SmsClass.Normal, zone, At(at));
        Assert.Equal(At(opens), answer!.At!.Value.ToUniversalTime());
    }

    [Fact]
    public void What_fits_the_country_goes_before_what_fits_all_and_the_purpose_must_fit()
    {
        QuietHours quiet = Quiet(
            new OpenHoursOptions { Hours = "00:00-24:00" },
            new OpenHoursOptions { Country = "GB", Purpose = "marketing", Hours = "10:00-12:00" },
            new OpenHoursOptions
            {
                Country = "GB",
                Purpose = "marketing",
                Hours = "14:00-16:00",
                Action = QuietAction.Refuse,
            });
        Assert.Null(Ask(quiet, London, "transactional", "2026-11-25T03:00Z"));
        Assert.Null(Ask(quiet, Berlin, "marketing", "2026-11-25T03:00Z"));
        Assert.Null(Ask(quiet, London, "marketing", "2026-11-25T15:00Z"));
        Assert.Equal(At("2026-11-25T14:00Z"), Ask(quiet, London, "marketing", "2026-11-25T12:00Z")!.At);
        Assert.Equal(QuietAction.Delay, Ask(quiet, London, "marketing", "2026-11-25T12:00Z")!.Action);
    }

    [Fact]
    public void What_is_for_a_class_goes_before_what_is_for_all_and_urgent_passes()
    {
        QuietHours quiet = Quiet(
            new OpenHoursOptions { Country = "GB", Hours = "08:00-21:00" },
            new OpenHoursOptions { Classes = ["Flash"], Hours = "10:00-12:00", Action = QuietAction.Refuse },
            new OpenHoursOptions { Purpose = "news", Hours = "14:00-16:00" });
        QuietAnswer? AskFor(string smsClass, string at, string purpose = "x") => quiet.Ask(
            PhoneNumber.FromE164(London), purpose, Enum.Parse<SmsClass>(smsClass), null, At(at));
        Assert.Null(AskFor("Normal", "2026-11-25T09:00Z"));
        Assert.Equal((At("2026-11-25T10:00Z"), QuietAction.Refuse), (
            AskFor("Flash", "2026-11-25T09:00Z")!.At!.Value, AskFor("Flash", "2026-11-25T09:00Z")!.Action));
        Assert.Equal(At("2026-11-25T14:00Z"), AskFor("Flash", "2026-11-25T11:00Z", "news")!.At); // the purpose first
        Assert.Null(AskFor("Urgent", "2026-11-25T03:00Z"));
        Assert.Null(AskFor("Urgent", "2026-11-25T03:00Z", "news"));
    }

    [Theory]
    [InlineData("bulk", "'bulk' is no class: it is normal or flash.")]
    [InlineData("normal,flash", "'normal,flash' is no class: it is normal or flash.")]
    [InlineData("2", "'2' is no class: it is normal or flash.")]
    [InlineData("urgent", "Urgent SMS pass at any hour: the classes of an entry are normal or flash.")]
    public void A_class_that_no_hours_can_be_for_is_told(string word, string says)
    {
        var entry = new OpenHoursOptions { Classes = ["flash", "NORMAL", word] };
        Assert.Equal(says, Assert.Single(entry.Validate(new ValidationContext(entry))).ErrorMessage);
    }

    [Fact]
    public void Hours_may_last_over_midnight_and_a_time_that_no_clock_shows_is_the_one_after()
    {
        QuietHours night = Quiet(new OpenHoursOptions { Days = "fri", Hours = "22:00-02:00" });
        Assert.Null(Ask(night, London, "x", "2026-11-28T01:59Z")); // Saturday, and still Friday's
        Assert.Equal(At("2026-12-04T22:00Z"), Ask(night, London, "x", "2026-11-28T02:00Z")!.At);
        QuietHours gap = Quiet(new OpenHoursOptions { Hours = "01:30-03:00" });
        Assert.Equal(At("2026-03-29T01:00Z"), Ask(gap, London, "x", "2026-03-29T00:00Z")!.At); // 01:00 is 02:00 then
        QuietHours twice = Quiet(new OpenHoursOptions { Hours = "01:00-08:00" });
        Assert.Equal(At("2026-10-25T00:00Z"), Ask(twice, London, "x", "2026-10-24T22:00Z")!.At); // and again an hour on
    }

    [Fact]
    public void Where_no_moment_is_open_everywhere_there_is_none()
    {
        QuietHours quiet = Quiet(new OpenHoursOptions { Hours = "08:00-09:00" });
        QuietAnswer? answer = Ask(quiet, "+18005550199", "x", "2026-11-25T03:00Z");
        Assert.Null(answer!.At); // a toll-free number may be in forty zones
    }

    [Fact]
    public void The_moment_that_is_told_is_open_and_none_before_it_is()
    {
        TimeZoneInfo[] zones = [.. new[] { "Europe/London", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe" }
            .Select(TimeZoneInfo.FindSystemTimeZoneById)];
        string[] names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
        Gen.Select(Gen.Int[0, 23], Gen.Int[1, 23], Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 3], Gen.Int[0, 365 * 24])
            .Sample(
                (from, length, first, last, zone, hour) =>
                {
                    int to = (from + length) % 24;
                    QuietHours quiet = Quiet(new OpenHoursOptions
                    {
                        Days = $"{names[first]}-{names[last]}",
                        Hours = $"{from:00}:00-{to:00}:00",
                    });
                    DateTimeOffset at = At("2026-01-01T00:00Z").AddHours(hour);
                    QuietAnswer? answer = quiet.Ask(
                        PhoneNumber.FromE164(London), "x", SmsClass.Normal, zones[zone].Id, at);
                    DateTimeOffset? next = answer is null ? at : answer.At;

                    // An hour at a time, by the clock on the wall and the day it belongs to.
                    bool IsOpen(DateTimeOffset moment)
                    {
                        DateTime wall = TimeZoneInfo.ConvertTime(moment, zones[zone]).DateTime;
                        bool Day(DayOfWeek day) => first <= last
                            ? (int)day >= first && (int)day <= last
                            : (int)day >= first || (int)day <= last;
                        return (Day(wall.DayOfWeek) && wall.Hour >= from && (to <= from || wall.Hour < to))
                            || (to <= from && wall.Hour < to && Day(wall.AddDays(-1).DayOfWeek));
                    }

                    Assert.NotNull(next);
                    Assert.True(IsOpen(next.Value), $"{next} is told and is not open");
                    for (DateTimeOffset before = at; before < next; before = before.AddMinutes(30))
                    {
                        Assert.False(IsOpen(before), $"{before} is open and {next} is told");
                    }
                },
                iter: 500);
    }

    [Fact]
    public void What_is_wrong_with_an_entry_is_told_at_once()
    {
        var entry = new OpenHoursOptions
        {
            Purpose = "My Purpose",
            Country = "UK",
            Days = "mon-someday",
            Hours = "8-21",
            Holidays = ["25.12."],
        };
        Assert.Equal(
            ["Purpose", "Country", "Days", "Hours", "Holidays"],
            entry.Validate(new ValidationContext(entry)).Select(one => one.MemberNames.Single()));
        Assert.Empty(new OpenHoursOptions().Validate(new ValidationContext(entry)));
    }

    private static QuietHours Quiet(params OpenHoursOptions[] all) => new(new QuietHoursOptions { Open = [.. all] });

    private static QuietAnswer? Ask(QuietHours quiet, string to, string purpose, string at) =>
        quiet.Ask(PhoneNumber.FromE164(to), purpose, SmsClass.Normal, null, At(at));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
