using System.Diagnostics;
using System.Globalization;

namespace EmailSms.Load.Smpp;

/// <summary>An ESME or an SMSC in a process of its own: ours, or node-smpp.</summary>
internal sealed class SmppPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private SmppPeer(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    /// <summary>Where it listens; of an ESME, 0.</summary>
    public int Port { get; private init; }

    private TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static SmppPeer OurEsme() => new("ours", Run(Environment.ProcessPath!, ["smpp", "esme"]));

    public static SmppPeer NodeEsme(string folder) =>
        new("node-smpp", Run("node", [Path.Combine(folder, "smpp-esme.js")]));

    public static Task<SmppPeer> OurSmscAsync() =>
        ListeningAsync("ours", Run(Environment.ProcessPath!, ["smpp", "smsc"]));

    public static Task<SmppPeer> NodeSmscAsync(string folder) =>
        ListeningAsync("node-smpp", Run("node", [Path.Combine(folder, "smpp-smsc.js")]));

    /// <summary>Has this ESME submit to an SMSC, and tells what it cost both.</summary>
    /// <exception cref="IOException">It ended, or was refused.</exception>
    public async Task<SmppReading> SubmitAsync(SmppPeer smsc, SubmitWay way, TimeSpan warmUp, TimeSpan span)
    {
        using var deadline = new CancellationTokenSource(Patience + warmUp + span);
        string order = string.Create(
            CultureInfo.InvariantCulture,
            $"{smsc.Port} {way.Window} {way.Binds} {warmUp.TotalMilliseconds:0} {span.TotalMilliseconds:0}");
        await _process.StandardInput.WriteLineAsync(order.AsMemory(), deadline.Token);
        await _process.StandardInput.FlushAsync(deadline.Token);
        await HearAsync("begin", deadline.Token);
        (TimeSpan esmeBefore, TimeSpan smscBefore) = (Processor, smsc.Processor);
        string[] end = await HearAsync("end", deadline.Token);
        (TimeSpan esmeTime, TimeSpan smscTime) = (Processor - esmeBefore, smsc.Processor - smscBefore);
        double count = double.Parse(end[1], CultureInfo.InvariantCulture);
        double seconds = double.Parse(end[2], CultureInfo.InvariantCulture) / 1e6;
        if (count == 0) throw new IOException($"{Name} had no submit answered by {smsc.Name}.");
        return new SmppReading(
            count / seconds, esmeTime.TotalMicroseconds / count, smscTime.TotalMicroseconds / count);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<SmppPeer> ListeningAsync(string name, Process process)
    {
        using var deadline = new CancellationTokenSource(Patience);
        string line = await process.StandardOutput.ReadLineAsync(deadline.Token)
            ?? throw new IOException($"The SMSC of {name} ended before it listened.");
        return new SmppPeer(name, process) { Port = int.Parse(line, CultureInfo.InvariantCulture) };
    }

    private static Process Run(string program, string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private async Task<string[]> HearAsync(string word, CancellationToken deadline)
    {
        string line = await _process.StandardOutput.ReadLineAsync(deadline)
            ?? throw new IOException($"The ESME of {Name} ended in the middle of a measurement.");
        string[] words = line.Split(' ');
        return words[0] == word ? words : throw new IOException($"The ESME of {Name} says: {line}");
    }
}
