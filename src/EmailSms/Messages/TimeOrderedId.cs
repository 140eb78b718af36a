using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace EmailSms.Messages;

/// <summary>
/// UUIDs of version 7 (RFC 9562 5.7) that never go back within a process and its clock: the runtime's own are in random
/// order inside one millisecond, and the order of two SMS to one phone hangs on theirs.
/// </summary>
internal static class TimeOrderedId
{
    // By clock: one that is ahead must not put the ids of another into a time that has not come.
    private static readonly ConditionalWeakTable<TimeProvider, Sequence> Sequences = [];

    /// <summary>
    /// What sorts before every id of a time (unix milliseconds) and after those of the time before, as text.
    /// </summary>
    public static string FirstOf(long ms)
    {
        string hex = ms.ToString("x12", System.Globalization.CultureInfo.InvariantCulture);
        return $"{hex[..8]}-{hex[8..]}";
    }

    /// <summary>When an id was made, unix milliseconds.</summary>
    public static long MsOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
    }

    public static Guid Next(TimeProvider time)
    {
        long now = Sequences.GetOrCreateValue(time).Next(time.GetUtcNow().ToUnixTimeMilliseconds() << 12);
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now >> 12 << 16) | 0x7000 | (now & 0xFFF));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private sealed class Sequence
    {
        private readonly Lock _lock = new();
        private long _last; // 48 bits of milliseconds, then 12 bits of counter (RFC 9562 6.2, method 1)

        public long Next(long now)
        {
            lock (_lock)
            {
                return _last = Math.Max(_last + 1, now);
            }
        }
    }
}
