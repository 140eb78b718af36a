using System.Globalization;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// Finds senders who text one number after the other: who guesses numbers, or earns by the range, does. A block is a
/// hundred numbers that differ in their last two digits, and is forgotten an hour after the last of them.
/// </summary>
internal static class NumberBlocks
{
    /// <summary>How long a number counts.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>Notes a number, and tells how many of its block stand in a row around it.</summary>
    public static int Note(StoreSession db, string sender, PhoneNumber to, long nowMs)
    {
        string number = to.E164;
        if (to.IsShort || number.Length < 6) return 1;
        string block = number[..^2];
        int at = int.Parse(number.AsSpan(number.Length - 2), CultureInfo.InvariantCulture);
        string? kept = db.Scalar(
            "select seen from number_block where sender = @sender and block = @block and ends_ms > @now",
            ("@sender", sender), ("@block", block), ("@now", nowMs)) as string;
        UInt128 seen = kept is null ? 0 : UInt128.Parse(kept, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        seen |= UInt128.One << at;
        db.Execute(
            """
            insert into number_block (sender, block, seen, ends_ms) values (@sender, @block, @seen, @ends)
            on conflict (sender, block) do update set seen = excluded.seen, ends_ms = excluded.ends_ms
            """,
            ("@sender", sender), ("@block", block), ("@seen", seen.ToString("x", CultureInfo.InvariantCulture)),
            ("@ends", nowMs + (long)Memory.TotalMilliseconds));
        db.Execute(
            """
            delete from number_block where (sender, block) in
                (select sender, block from number_block where ends_ms <= @now order by ends_ms limit 4)
            """,
            ("@now", nowMs));
        return RowAround(seen, at);
    }

    private static int RowAround(UInt128 seen, int at)
    {
        int first = at;
        int last = at;
        while (first > 0 && Has(first - 1)) first--;
        while (last < 99 && Has(last + 1)) last++;
        return last - first + 1;

        bool Has(int bit) => (seen >> bit & UInt128.One) != UInt128.Zero;
    }
}
