namespace EmailSms.Carriers;

/// <summary>
/// How many SMS a carrier has in hand that may send only so many a second. What waits there for its moment is passed by
/// nobody, alarms neither, so it is no more than goes within a few seconds; what waits before it is passed.
/// </summary>
internal static class PacedWindow
{
    private const int SecondsMax = 5;

    /// <summary>The window, or less.</summary>
    /// <param name="window">SMS that it may have in hand.</param>
    /// <param name="ratesPerSecond">What it may send; 0: no limit.</param>
    public static int Of(int window, params ReadOnlySpan<int> ratesPerSecond)
    {
        foreach (int rate in ratesPerSecond)
        {
            if (rate > 0) window = Math.Min(window, rate * SecondsMax);
        }

        return window;
    }
}
