namespace EmailSms.Load;

/// <summary>What a run has to keep beside its figures: what it misses is said, and makes its exit code 1.</summary>
internal sealed class Claims
{
    /// <summary>A heap that has grown by more is not flat.</summary>
    public const long HeapGrowthMax = 1024 * 1024;

    private int _missed;

    public int ExitCode => _missed == 0 ? 0 : 1;

    /// <summary>Says it where something is missed.</summary>
    public void Keep(bool isKept, FormattableString missed)
    {
        if (isKept) return;
        _missed++;
        Console.Error.WriteLine($"missed: {FormattableString.Invariant(missed)}");
    }
}
