using EmailSms.Delivery;
using EmailSms.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

public sealed class SendThrottlesTests
{
    private const string Sender = "+12025550100";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly List<(OutgoingSms Sms, double AtSeconds)> _gone = [];
    private readonly PriorityQueue<OutgoingSms, (long DueMs, int Priority, int Number)> _waiting = new();
    private int _asked;

    [Fact]
    public void What_waits_goes_in_order_at_the_rate_and_is_asked_about_twice()
    {
        SendThrottles throttles = New(new ThrottleOptions { PartsPerMinute = 60 });
        List<OutgoingSms> all = [.. Enumerable.Range(0, 100).Select(_ => Sms())];
        all.ForEach(Add);
        Run(throttles);
        Assert.Equal(all.Select(one => one.Id), _gone.Select(one => one.Sms.Id));
        Assert.Equal(99, _gone[^1].AtSeconds, 3);
        Assert.Equal(199, _asked); // each once when it came and once at its moment, but the first
    }

    [Fact]
    public void A_burst_and_long_texts_are_counted_in_parts()
    {
        SendThrottles throttles = New(new ThrottleOptions { PartsPerMinute = 60, Burst = 3 });
        foreach (int parts in new[] { 2, 1, 1, 5, 1 }) Add(Sms(parts: parts));
        Run(throttles);

        // Three at once; the fourth is owed a second later; five wait until nothing is owed, and then owe five.
        Assert.Equal([0, 0, 1, 4, 8], _gone.Select(one => Math.Round(one.AtSeconds)));
    }

    [Fact]
    public void Urgent_ones_go_first_and_leave_one_place_of_eight()
    {
        SendThrottles throttles = New(new ThrottleOptions { PartsPerMinute = 60 });
        for (int i = 0; i < 30; i++) Add(Sms());
        for (int i = 0; i < 60; i++) Add(Sms(smsClass: SmsClass.Urgent));
        Run(throttles);
        int last = _gone.FindLastIndex(one => one.Sms.Class is SmsClass.Urgent);
        Assert.InRange(last, 65, 72); // 60 of them and about one in eight
        Assert.Equal(90, _gone.Count);
        Assert.InRange(_gone[^1].AtSeconds, 88, 95);
        Assert.True(_asked < 90 * 6, $"Asked {_asked} times for 90.");
    }

    [Fact]
    public void One_urgent_SMS_does_not_wait_for_a_line_of_an_hour()
    {
        SendThrottles throttles = New(new ThrottleOptions { PartsPerMinute = 60 });
        for (int i = 0; i < 3600; i++) Add(Sms());
        Run(throttles, 10);
        OutgoingSms alarm = Sms(smsClass: SmsClass.Urgent);
        Add(alarm);
        Run(throttles, 15);
        Assert.InRange(_gone.Single(one => one.Sms.Id == alarm.Id).AtSeconds, 10, 12);
        Run(throttles);
        Assert.InRange(_gone[^1].AtSeconds, 3600, 3602); // nobody was put at the end of the line for it
    }

    [Fact]
    public void Each_sender_ID_and_country_has_a_rate_of_its_own()
    {
        SendThrottles throttles = New(
            new ThrottleOptions { PartsPerMinute = 60, Countries = ["US"], Each = ThrottleEach.SenderId },
            new ThrottleOptions { PartsPerMinute = 120, Countries = ["us"] });
        Add(Sms());
        Add(Sms(sender: "+12025550101"));
        Add(Sms());
        Add(Sms(to: "+447700900123"));
        Add(Sms(sender: "")); // goes from the carrier's own, which is the first
        Run(throttles);
        Assert.Equal(
            [("+12025550100", 0), ("+12025550100", 0), ("+12025550101", 0.5), ("+12025550100", 1), ("", 2)],
            _gone.OrderBy(one => one.AtSeconds).Select(one => (one.Sms.SenderId, one.AtSeconds)));
    }

    [Fact]
    public void A_carrier_that_is_told_apart_is_not_held()
    {
        SendThrottles throttles = New(new ThrottleOptions { Carriers = ["other"], SenderIds = [Sender] });
        for (int i = 0; i < 5; i++) Assert.Null(throttles.Ask(Sms(), "main"));
        Assert.Null(throttles.Ask(Sms(), "other"));
        Assert.NotNull(throttles.Ask(Sms(), "other"));
        Assert.Null(throttles.Ask(Sms(sender: "Clinic"), "other"));
    }

    [Fact]
    public void Slower_halves_the_rate_once_for_one_complaint_and_it_grows_back()
    {
        SendThrottles throttles = New(new ThrottleOptions { PartsPerMinute = 600 });
        Assert.Equal(100, Gap()); // milliseconds to the next
        _time.Advance(TimeSpan.FromMinutes(1));
        Complain();
        Complain();
        Assert.Equal(200, Gap());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(134, Gap());
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(100, Gap());

        int Gap()
        {
            Assert.Null(throttles.Ask(Sms(), "main"));
            return (int)(throttles.Ask(Sms(smsClass: SmsClass.Urgent), "main")!.Value - NowMs());
        }

        void Complain() => throttles.Hear(Sms(), new Attempt("main", [], new Outcome.Retry(
            new FailureCode(FailureClass.Throttled, "http:429", "4.4.5", "Slower."))));
    }

    [Fact]
    public void A_moment_is_never_after_the_end_of_an_SMS()
    {
        SendThrottles throttles = New(new ThrottleOptions { PartsPerMinute = 1 });
        Assert.Null(throttles.Ask(Sms(), "main"));
        OutgoingSms sms = Sms() with { ExpiresMs = NowMs() + 10_000 };
        Assert.Equal(sms.ExpiresMs, throttles.Ask(sms, "main"));
    }

    [Fact]
    public void Senders_without_number_do_not_fill_the_memory()
    {
        SendThrottles throttles = New(new ThrottleOptions { Each = ThrottleEach.SenderId });
        for (int i = 0; i < 10_000; i++) Assert.Null(throttles.Ask(Sms(sender: $"A{i}"), "main"));
        Assert.Null(throttles.Ask(Sms(sender: "B1"), "main"));
        Assert.NotNull(throttles.Ask(Sms(sender: "B2"), "main")); // shares with the one before: no place is left
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(throttles.Ask(Sms(sender: "B3"), "main"));
        Assert.Null(throttles.Ask(Sms(sender: "B4"), "main"));
    }

    // As the dispatcher does it: what is due is asked about, what is held is due again at its moment.
    private void Run(SendThrottles throttles, double untilSeconds = double.MaxValue)
    {
        while (_waiting.TryPeek(out _, out (long DueMs, int, int) next) && Seconds(next.DueMs) <= untilSeconds)
        {
            OutgoingSms sms = _waiting.Dequeue();
            if (next.DueMs > NowMs()) _time.Advance(TimeSpan.FromMilliseconds(next.DueMs - NowMs()));
            _asked++;
            if (throttles.Ask(sms, "main") is { } at)
            {
                Assert.True(at > NowMs(), "It is asked about again at once.");
                Add(sms with { WasPutOff = true }, at);
            }
            else
            {
                _gone.Add((sms, Seconds(NowMs())));
            }
        }

        if (untilSeconds < 1e9)
        {
            double left = untilSeconds - Seconds(NowMs());
            if (left > 0) _time.Advance(TimeSpan.FromSeconds(left));
        }
    }

    private void Add(OutgoingSms sms) => Add(sms, NowMs());

    private int _number;

    private void Add(OutgoingSms sms, long dueMs) =>
        _waiting.Enqueue(sms, (dueMs, sms.Class is SmsClass.Urgent ? 0 : 1, _number++));

    private static readonly long Start =
        new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static double Seconds(long ms) => (ms - Start) / 1000.0;

    private SendThrottles New(params ThrottleOptions[] options) =>
        new(options, _ => Sender, to => to.E164.StartsWith("+1", StringComparison.Ordinal) ? "US" : "GB", _time,
            NullLogger<SendThrottles>.Instance);

    private OutgoingSms Sms(
        string sender = Sender, string to = "+12025550123", int parts = 1, SmsClass smsClass = SmsClass.Normal) => new(
        Guid.CreateVersion7(), PhoneNumber.FromE164(to), sender, "Hello", parts, 1, 0, NowMs() + 86_400_000, [],
        DespiteOptOut: false, smsClass);

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
