using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// Puts the parts of long texts together, as a phone does. Not safe for two threads; its owner has a lock.
/// </summary>
internal sealed class PartsBox(TimeProvider time)
{
    private const int OpenMax = 10_000;

    private readonly Dictionary<Key, (SubmitSm Submit, string Id)?[]> _open = [];

    private readonly record struct Key(
        string SystemId, SmppAddress Source, SmppAddress Destination, int Reference, int Total, bool Is16Bit);

    /// <summary>The whole text when this was its last part, or null.</summary>
    public SimulatedSms? Add(string systemId, SubmitSm submit, string messageId)
    {
        if (Concatenation.TryRead(submit) is not { Total: > 1 } part) return Whole(systemId, [(submit, messageId)]);

        var key = new Key(
            systemId, submit.Source, submit.Destination, part.Reference, part.Total, part.Is16Bit);
        if (!_open.TryGetValue(key, out var parts))
        {
            if (_open.Count >= OpenMax) _open.Clear(); // a phone would have run out of room long ago
            _open[key] = parts = new (SubmitSm, string)?[part.Total];
        }

        parts[part.Sequence - 1] ??= (submit, messageId);
        if (parts.Any(p => p is null)) return null;
        _open.Remove(key);
        return Whole(systemId, [.. parts.Select(p => p!.Value)]);
    }

    private SimulatedSms Whole(string systemId, (SubmitSm Submit, string Id)[] parts)
    {
        SubmitSm first = parts[0].Submit;
        return new SimulatedSms(
            first.Source.Digits,
            first.Destination.Digits,
            string.Concat(parts.Select(p => MessageText.Read(p.Submit))),
            first.DataCoding is DataCoding.Ucs2 or DataCoding.Ucs2Flash ? SmsEncoding.Ucs2 : SmsEncoding.Gsm7,
            [.. parts.Select(p => p.Id)],
            [.. parts.Select(p => p.Submit)],
            systemId,
            time.GetUtcNow());
    }
}
