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
            var output = Output(Stream.Null, CancellationToken.None);
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
        PduOutput output = Output(new AnsweringStream(), CancellationToken.None);
        using RequestWindow window = Window(7, output, TimeProvider.System);
        AnsweringStream.Window = window;

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
    }

    [Fact]
    public async Task Answers_nacks_silence_time_outs_bad_requests_failed_writes_and_the_end_lose_no_slot()
    {
        for (int run = 0; run < 20; run++)
        {
            var stream = new MoodyStream(writesMax: 100 + (run * 20));
            var lost = new TaskCompletionSource();
            var output = new PduOutput(
                stream, _traffic, TimeProvider.System, _ => lost.TrySetResult(), TestContext.Current.CancellationToken);
            using RequestWindow window = Window(8, output, TimeProvider.System);
            stream.Window = window;
            var ended = new System.Collections.Concurrent.ConcurrentBag<Task>();
            int wrong = 0;
            void Look()
            {
                (int free, int inFlight, _) = window.Count;
                if (free + inFlight != 8) Interlocked.Increment(ref wrong);
            }

            Task sending = Parallel.ForAsync(0, 4, async (sender, _) =>
            {
                for (int i = 0; !lost.Task.IsCompleted; i++)
                {
                    SubmitSm submit = Esme.Submit(i);
                    if (i % 50 == 7) submit = submit with { ShortMessage = new byte[255] }; // the caller's mistake
                    using var patience = new CancellationTokenSource();
                    Task<SubmitResult> one = window.SendAsync(submit, patience.Token);
                    ended.Add(one);
                    if (i % 11 == 3) await patience.CancelAsync();
                    else await Task.WhenAny(one, Task.Delay(2, CancellationToken.None));
                    Look();
                    window.Expire(TimeSpan.FromMilliseconds(20));
                    Look();
                }
            });

            await sending.WaitAsync(Deadline.Token);
            window.Close("gone", output.Drop());

            Assert.Equal((8, 0, 0), window.Count);
            Assert.Equal(0, wrong);
            foreach (Task one in ended)
            {
                await Task.WhenAny(one).WaitAsync(Deadline.Token);
                Assert.True(one.IsCompletedSuccessfully || one.Exception?.InnerException is ArgumentException);
            }
        }
    }

    [Fact]
    public async Task What_was_never_handed_to_the_socket_is_not_sent_and_the_rest_is_unknown()
    {
        var stream = new StuckStream();
        using var stop = new CancellationTokenSource();
        PduOutput output = Output(stream, stop.Token);
        using RequestWindow window = Window(10, output);
        Task<RequestOutcome> first = window.SendAsync(Esme.Submit(1), windowed: true, Deadline.Token);
        await stream.Begun.Task.WaitAsync(Deadline.Token);
        Task<RequestOutcome> second = window.SendAsync(Esme.Submit(2), windowed: true, Deadline.Token);

        await stop.CancelAsync();
        await output.FinishAsync().WaitAsync(Deadline.Token);
        window.Close("lost", output.Drop());

        Assert.Equal(new RequestOutcome.Unknown("lost"), await first);
        Assert.Equal(new RequestOutcome.NotSent("lost"), await second);
        Assert.Equal(
            new RequestOutcome.NotSent("lost"), await window.SendAsync(Esme.Submit(3), windowed: true, Deadline.Token));
    }

    [Fact]
    public async Task Sequence_numbers_wrap_to_1_and_pass_over_those_in_flight()
    {
        var output = Output(Stream.Null, CancellationToken.None);
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

    private PduOutput Output(Stream stream, CancellationToken stopping) =>
        new(stream, _traffic, _time, _ => { }, stopping);

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

    /// <summary>
    /// A peer in every mood: answers, refuses with a generic_nack, answers twice, says nothing, or is slow; and after
    /// so many writes the connection is gone.
    /// </summary>
    private sealed class MoodyStream(int writesMax) : MemoryStream
    {
        private int _writes;
        private uint _mood;

        public RequestWindow? Window { get; set; }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++_writes > writesMax) throw new IOException("gone");
            if (_writes % 5 == 0) await Task.Yield();
            foreach (PduHeader header in Headers(buffer))
            {
                uint mood = _mood++ % 5;
                if (mood < 3)
                    Window!.Answer(header.Sequence, mood == 2 ? CommandStatus.SystemError : CommandStatus.Ok, null);
                if (mood == 1) Window!.Answer(header.Sequence, CommandStatus.Ok, null);
            }
        }

        private static List<PduHeader> Headers(ReadOnlyMemory<byte> buffer)
        {
            var headers = new List<PduHeader>();
            using var pdus = new PduSequenceReader(new System.Buffers.ReadOnlySequence<byte>(buffer));
            while (pdus.TryRead(out PduHeader header, out _)) headers.Add(header);
            return headers;
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
