using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>The window alone: in every moment free + in flight = size, and each request ends exactly once.</summary>
public sealed class RequestWindowTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SessionTraffic _traffic = new("test");

    [Fact]
    public void Whatever_happens_in_whatever_order_no_slot_is_lost_and_each_request_ends_once() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 5].List[1, 60]).Sample((size, steps) =>
        {
            var output = new PduOutput(Stream.Null, _traffic, _time);
            using RequestWindow window = Window(size, output);
            var requests = new List<(Task<RequestOutcome> Task, CancellationTokenSource Deadline)>();
            uint answered = 0;
            foreach (int step in steps)
            {
                switch (step)
                {
                    case 0 or 1:
                        var deadline = new CancellationTokenSource();
                        requests.Add((window.SendAsync(Esme.Submit(), windowed: true, deadline.Token), deadline));
                        break;
                    case 2:
                        window.Answer(++answered, CommandStatus.Ok, new SubmitSmResp("x"));
                        break;
                    case 3:
                        window.Answer(answered, CommandStatus.Ok, null); // doubled, or early
                        break;
                    case 4 when requests.Count > 0:
                        requests[requests.Count / 2].Deadline.Cancel();
                        break;
                    case 5:
                        _time.Advance(TimeSpan.FromSeconds(40));
                        window.Expire(TimeSpan.FromSeconds(60));
                        break;
                }

                (int free, int inFlight, int waiting) = window.Count;
                if (free + inFlight != size || (free > 0 && waiting > 0)) return false;
            }

            window.Close("end", output.Drop());
            bool all = Task.WhenAll(requests.Select(r => r.Task)).Wait(Deadline.Time);
            return all && window.Count == (size, 0, 0);
        }, iter: 2_000);

    [Fact]
    public async Task Under_many_threads_no_slot_is_lost_and_no_answer_goes_astray()
    {
        const int requests = 20_000;
        var output = new PduOutput(new AnsweringStream(), _traffic, TimeProvider.System);
        using RequestWindow window = Window(7, output, TimeProvider.System);
        AnsweringStream.Window = window;
        using var stop = new CancellationTokenSource();
        Task writing = output.RunAsync(stop.Token);

        int worst = 0;
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var outcome = Assert.IsType<RequestOutcome.Answered>(
                await window.SendAsync(Esme.Submit(i), windowed: true, Deadline.Token));
            Assert.Equal($"{i}", Assert.IsType<SubmitSmResp>(outcome.Response).MessageId);
            (int free, int inFlight, int _) = window.Count;
            if (free + inFlight != 7) Interlocked.Increment(ref worst);
        });

        Assert.Equal(0, worst);
        Assert.Equal((7, 0, 0), window.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    [Fact]
    public async Task What_was_never_handed_to_the_socket_is_not_sent_and_the_rest_is_unknown()
    {
        var stream = new StuckStream();
        var output = new PduOutput(stream, _traffic, _time);
        using RequestWindow window = Window(10, output);
        using var stop = new CancellationTokenSource();
        Task<RequestOutcome> first = window.SendAsync(Esme.Submit(1), windowed: true, Deadline.Token);
        Task writing = output.RunAsync(stop.Token);
        await stream.Begun.Task.WaitAsync(Deadline.Token);
        Task<RequestOutcome> second = window.SendAsync(Esme.Submit(2), windowed: true, Deadline.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        window.Close("lost", output.Drop());

        Assert.Equal(new RequestOutcome.Unknown("lost"), await first);
        Assert.Equal(new RequestOutcome.NotSent("lost"), await second);
        Assert.Equal(
            new RequestOutcome.NotSent("lost"), await window.SendAsync(Esme.Submit(3), windowed: true, Deadline.Token));
    }

    [Fact]
    public async Task Sequence_numbers_wrap_to_1_and_pass_over_those_in_flight()
    {
        var output = new PduOutput(Stream.Null, _traffic, _time);
        using RequestWindow window = Window(2, output);
        window.Sequence = 0x7FFF_FFFE;
        Task<RequestOutcome> last = window.SendAsync(Esme.Submit(), windowed: true, Deadline.Token);
        Task<RequestOutcome> first = window.SendAsync(Esme.Submit(), windowed: true, Deadline.Token);

        Assert.True(window.Answer(0x7FFF_FFFF, CommandStatus.Ok, null));
        Assert.True(window.Answer(1, CommandStatus.Ok, null));
        await last;
        await first;

        Task<RequestOutcome> held = window.SendAsync(Esme.Submit(), windowed: true, Deadline.Token); // 2
        window.Sequence = 1;
        Task<RequestOutcome> next = window.SendAsync(Esme.Submit(), windowed: true, Deadline.Token);
        Assert.True(window.Answer(3, CommandStatus.Ok, null));
        await next;
        Assert.False(held.IsCompleted);
    }

    private RequestWindow Window(int size, PduOutput output, TimeProvider? time = null) =>
        new(size, new SessionPaces(new SubmitPace(0, time ?? _time)), output, _traffic, time ?? _time);

    /// <summary>A peer without a network: answers each submit with its own number.</summary>
    private sealed class AnsweringStream : MemoryStream
    {
        public static RequestWindow? Window { get; set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var rest = new System.Buffers.ReadOnlySequence<byte>(buffer);
            while (SmppCodec.TryTake(ref rest, int.MaxValue, out PduHeader header, out var body))
            {
                int number = Esme.NumberOf((SubmitSm)SmppCodec.ReadBody(header, body));
                Assert.True(Window!.Answer(header.Sequence, CommandStatus.Ok, new SubmitSmResp($"{number}")));
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A connection whose other end does not read.</summary>
    private sealed class StuckStream : MemoryStream
    {
        public TaskCompletionSource Begun { get; } = new();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
