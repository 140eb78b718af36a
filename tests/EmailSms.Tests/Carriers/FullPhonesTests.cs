using EmailSms.Carriers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Carriers;

public sealed class FullPhonesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FullPhones _phones;

    public FullPhonesTests() => _phones = new FullPhones(_time);

    [Fact]
    public void Each_is_left_alone_for_a_second_and_twice_as_long_each_time_up_to_a_minute()
    {
        double[] seconds = [.. Enumerable.Range(0, 9).Select(_ => _phones.Refused("a", 1).TotalSeconds)];
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], seconds);
        Assert.Equal(0.5, _phones.Refused("b", 0).TotalSeconds);
    }

    [Fact]
    public void It_may_be_tried_when_its_pause_is_over_and_another_phone_at_once()
    {
        Assert.Null(_phones.Left("a"));
        _phones.Refused("a", 1);
        Assert.Equal(TimeSpan.FromSeconds(1), _phones.Left("a"));
        Assert.Null(_phones.Left("b"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_phones.Left("a"));
        Assert.Equal(2, _phones.Refused("a", 1).TotalSeconds);
    }

    [Fact]
    public void When_something_was_taken_it_begins_again()
    {
        _phones.Refused("a", 1);
        _phones.Refused("a", 1);
        _phones.Taken("a");
        Assert.Null(_phones.Left("a"));
        Assert.Equal(1, _phones.Refused("a", 1).TotalSeconds);
    }

    [Fact]
    public void No_more_than_ten_thousand_are_remembered_and_those_that_are_over_make_room()
    {
        for (int i = 0; i < 10_000; i++) _phones.Refused($"{i}", 1);
        Assert.Equal(1, _phones.Refused("one more", 1).TotalSeconds);
        Assert.Null(_phones.Left("one more"));
        _time.Advance(TimeSpan.FromSeconds(1));
        _phones.Refused("one more", 1);
        Assert.NotNull(_phones.Left("one more"));
    }
}
