using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Smpp.Text;

/// <summary>
/// Puts the parts of long texts together in memory: headers of 8 and 16 bits and the sar parameters, in any order, over
/// any number of binds, each part once. Bounded in number and time. What must survive a crash belongs on a disk: then
/// keep the parts there, and read each with <see cref="Concatenation.TryRead"/>. Safe for several threads.
/// </summary>
public sealed class MessageReassembler : IDisposable
{
    private readonly ReassemblyOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Entry> _entries = [];
    private readonly LinkedList<Entry> _silent = new(); // the one that is silent longest in front
    private readonly LinkedList<Entry> _oldest = new(); // the one that is oldest in front

    /// <summary>Empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit that lets nothing be remembered.</exception>
    public MessageReassembler(ReassemblyOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new ReassemblyOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.TextsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.IdleMax, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.AgeMax, TimeSpan.Zero);
        _time = time ?? TimeProvider.System;
        _timer = _time.CreateTimer(
            static me => ((MessageReassembler)me!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // Facts of TS 23.040 9.2.3.24.1: the reference belongs to the pair of addresses, and the two widths are counted
    // apart. The total is part of the key because a reference may be used again for a text of another length.
    private readonly record struct Key(
        string Account, string Source, string Destination, bool Is16Bit, int Reference, int Total);

    /// <summary>
    /// Takes the texts that are given out with gaps: too long silent, too old, or the oldest of too many. Must not
    /// wait.
    /// </summary>
    public Action<ReassembledText>? GivenUp { get; init; }

    /// <summary>Texts of which parts are waiting.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _entries.Values.Count(entry => !entry.IsDone);
        }
    }

    /// <summary>
    /// Takes a message. True: it is a whole text, or the last part that a text waited for. False: a part that waits, or
    /// one that was here before.
    /// </summary>
    /// <param name="account">Whose binds it came over: two carriers count their references apart.</param>
    /// <param name="message">A submit_sm or deliver_sm.</param>
    /// <param name="text">The whole text.</param>
    public bool TryAdd(string account, ShortMessagePdu message, [NotNullWhen(true)] out ReassembledText? text)
    {
        if (Concatenation.TryRead(message) is not { Total: > 1 } place)
        {
            text = Build([message]);
            return true;
        }

        var key = new Key(
            account, message.Source.Digits, message.Destination.Digits, place.Is16Bit, place.Reference, place.Total);
        List<ReassembledText> givenUp = [];
        lock (_gate)
        {
            TakeExpired(givenUp);
            text = Add(key, message, place, givenUp);
            Schedule();
        }

        foreach (ReassembledText one in givenUp) GivenUp?.Invoke(one);
        return text is not null;
    }

    /// <summary>Forgets all parts, and gives none of them out.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _entries.Clear();
            _silent.Clear();
            _oldest.Clear();
        }

        _timer.Dispose();
    }

    private ReassembledText? Add(Key key, ShortMessagePdu message, Concatenation place, List<ReassembledText> givenUp)
    {
        if (_entries.TryGetValue(key, out Entry? entry) && entry.IsDone)
        {
            if (entry.Knows(place.Sequence, message)) return null; // delivered twice
            Remove(entry);
            entry = null; // the reference is used again
        }

        if (entry is null)
        {
            if (_entries.Count >= _options.TextsMax) GiveUp(_silent.First!.Value, givenUp);
            entry = new Entry(key, new ShortMessagePdu?[place.Total], _time.GetTimestamp());
            _entries.Add(key, entry);
            _silent.AddLast(entry.BySilence);
            _oldest.AddLast(entry.ByAge);
        }

        if (entry.Parts[place.Sequence - 1] is not null) return null; // the first one counts
        entry.Parts[place.Sequence - 1] = message;
        entry.Hashes[place.Sequence - 1] = Entry.Hash(message);
        entry.Last = _time.GetTimestamp();
        _silent.Remove(entry.BySilence);
        _silent.AddLast(entry.BySilence);
        if (entry.Parts.Contains(null)) return null;

        ReassembledText text = Build([.. entry.Parts]);
        entry.IsDone = true;
        Array.Clear(entry.Parts); // only their hashes are remembered
        return text;
    }

    private void Sweep()
    {
        List<ReassembledText> givenUp = [];
        lock (_gate)
        {
            TakeExpired(givenUp);
            Schedule();
        }

        foreach (ReassembledText one in givenUp) GivenUp?.Invoke(one);
    }

    private void TakeExpired(List<ReassembledText> givenUp)
    {
        while (_silent.First is { } first && _time.GetElapsedTime(first.Value.Last) >= _options.IdleMax)
        {
            GiveUp(first.Value, givenUp);
        }

        while (_oldest.First is { } first && _time.GetElapsedTime(first.Value.First) >= _options.AgeMax)
        {
            GiveUp(first.Value, givenUp);
        }
    }

    private void GiveUp(Entry entry, List<ReassembledText> givenUp)
    {
        Remove(entry);
        if (!entry.IsDone) givenUp.Add(Build(entry.Parts));
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key);
        _silent.Remove(entry.BySilence);
        _oldest.Remove(entry.ByAge);
    }

    private void Schedule()
    {
        TimeSpan next = Timeout.InfiniteTimeSpan;
        if (_silent.First is { } silent && _oldest.First is { } oldest)
        {
            TimeSpan idle = _options.IdleMax - _time.GetElapsedTime(silent.Value.Last);
            TimeSpan age = _options.AgeMax - _time.GetElapsedTime(oldest.Value.First);
            next = TimeSpan.FromTicks(Math.Clamp(Math.Min(idle.Ticks, age.Ticks), 0, TimeSpan.TicksPerDay));
        }

        _timer.Change(next, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Parts that follow one another are read as one, so that a pair the sender did cut is whole again.
    /// </summary>
    private ReassembledText Build(IReadOnlyList<ShortMessagePdu?> parts)
    {
        string text = "";
        List<TextOctets> row = [];
        foreach (ShortMessagePdu? part in parts.Append(null))
        {
            if (part is not null)
            {
                row.Add(TextOctets.Of(part, _options.Alphabet));
                continue;
            }

            text += TextOctets.Read(row);
            row.Clear();
        }

        ShortMessagePdu any = parts.First(part => part is not null)!;
        return new ReassembledText(any.Source, any.Destination, text, parts);
    }

    private sealed class Entry
    {
        public Entry(Key key, ShortMessagePdu?[] parts, long now)
        {
            (Key, Parts, Hashes, First, Last) = (key, parts, new int[parts.Length], now, now);
            BySilence = new LinkedListNode<Entry>(this);
            ByAge = new LinkedListNode<Entry>(this);
        }

        public Key Key { get; }

        public ShortMessagePdu?[] Parts { get; }

        public int[] Hashes { get; }

        public long First { get; }

        public long Last { get; set; }

        public bool IsDone { get; set; }

        public LinkedListNode<Entry> BySilence { get; }

        public LinkedListNode<Entry> ByAge { get; }

        public bool Knows(int sequence, ShortMessagePdu message) => Hashes[sequence - 1] == Hash(message);

        public static int Hash(ShortMessagePdu message)
        {
            var hash = default(HashCode);
            hash.Add(message.DataCoding);
            hash.AddBytes(message.Octets.Span);
            return hash.ToHashCode();
        }
    }
}
