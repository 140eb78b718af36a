using EmailSms.Composing;

namespace EmailSms.Tests.Composing;

public sealed class InvitationTests
{
    [Theory]
    [InlineData("DTSTART:20261125T073000Z\r\nDTEND:20261125T080000Z", "Rota\nWed 25 Nov 2026 07:30-08:00 UTC")]
    [InlineData("DTSTART;VALUE=DATE:20261125\r\nDTEND;VALUE=DATE:20261126", "Rota\nWed 25 Nov 2026")]
    [InlineData("DTSTART;TZID=\"a:b\":20261125T220000\r\nDTEND;TZID=\"a:b\":20261126T060000",
        "Rota\nWed 25 Nov 2026 22:00-Thu 26 Nov 2026 06:00 a:b")]
    [InlineData("DTSTART:20261125T073000", "Rota\nWed 25 Nov 2026 07:30")]
    [InlineData("DTSTART:20261125T073000Z\r\nDURATION:PT1H30M", "Rota\nWed 25 Nov 2026 07:30-09:00 UTC")]
    [InlineData("DURATION:P1DT30M\r\nDTSTART:20261125T073000", "Rota\nWed 25 Nov 2026 07:30-Thu 26 Nov 2026 08:00")]
    [InlineData("DTSTART:20261125T073000\r\nDURATION:PT0S", "Rota\nWed 25 Nov 2026 07:30-07:30")]
    [InlineData("DTSTART:20261125T073000\r\nDURATION:-PT1H", "Rota\nWed 25 Nov 2026 07:30")]
    [InlineData("DTSTART:20261125T073000\r\nDURATION:an hour", "Rota\nWed 25 Nov 2026 07:30")]
    [InlineData("DTSTART:99991231T230000\r\nDURATION:PT2H", "Rota\nFri 31 Dec 9999 23:00")]
    [InlineData("DTSTART;VALUE=DATE:20261125\r\nDURATION:P1W", "Rota\nWed 25 Nov 2026-Tue 1 Dec 2026")]
    [InlineData("DTSTART;VALUE=DATE:20261125\r\nDTEND;VALUE=DATE:20261127",
        "Rota\nWed 25 Nov 2026-Thu 26 Nov 2026")]
    [InlineData("DTSTART:20261125T073000\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT5M\r\nSUMMARY:Soon\r\n"
        + "END:VALARM\r\nDTEND:20261125T080000", "Rota\nWed 25 Nov 2026 07:30-08:00")]
    [InlineData("DTSTART:tomorrow", "Rota")]
    [InlineData("STATUS:CANCELLED", "Cancelled: Rota")]
    [InlineData("LOCATION:Room 2\\, left\\nat the end\\;", "Rota\nRoom 2, left at the end;")]
    public void An_event_is_what_when_and_where(string lines, string expected) => Assert.Equal(
        expected, Invitation.Read($"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Rota\r\n{lines}\r\nEND:VEVENT\r\n"));

    [Fact]
    public void Only_the_first_event_is_read_and_nothing_beside_it() => Assert.Equal(
        "Cancelled: One",
        Invitation.Read("METHOD:CANCEL\nSUMMARY:No\nBEGIN:VEVENT\nSUMMARY:One\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Two"));

    [Fact]
    public void A_calendar_without_an_event_says_nothing() =>
        Assert.Equal("", Invitation.Read("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR"));
}
