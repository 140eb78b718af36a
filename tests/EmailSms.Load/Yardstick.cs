namespace EmailSms.Load;

/// <summary>What a commit costs on this disk at the least: 4 KiB appended, then fsync, by one thread.</summary>
internal static class Yardstick
{
    private const int Times = 500;

    /// <summary>The time of each, in milliseconds, sorted.</summary>
    public static double[] FsyncMs(string folder)
    {
        string path = Path.Combine(folder, "yardstick");
        byte[] page = new byte[4096];
        Random.Shared.NextBytes(page);
        double[] spans = new double[Times];
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (int i = 0; i < Times; i++)
            {
                long from = Journal.Now();
                file.Write(page);
                file.Flush(flushToDisk: true);
                spans[i] = Journal.Seconds(from, Journal.Now()) * 1000;
            }
        }

        File.Delete(path);
        Array.Sort(spans);
        return spans;
    }

    /// <summary>A value of a sorted list, by nearest rank.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double percent) =>
        sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100) - 1)];
}
