using System.Globalization;

namespace EmailSms.Load.Smtp;

/// <summary>The processor time of a process and its children, living and gone, as Linux counts it.</summary>
internal static class ProcessTree
{
    private const long TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    public static TimeSpan Processor(int root)
    {
        long ticks = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            string name = Path.GetFileName(folder);
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            if (Fields(folder) is not { } fields) continue;
            bool isRoot = id == root;
            if (!isRoot && Field(fields, 4) != root) continue;
            ticks += Field(fields, 14) + Field(fields, 15);
            if (isRoot) ticks += Field(fields, 16) + Field(fields, 17); // children that are gone
        }

        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    // proc(5) numbers them from 1; the second, a name in brackets, may have blanks.
    private static long Field(string[] fields, int number) =>
        long.Parse(fields[number - 3], CultureInfo.InvariantCulture);

    private static string[]? Fields(string folder)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended meanwhile
        }
    }
}
