namespace EmailSms.Smtp;

/// <summary>
/// How fast one mail comes. Only the time that we wait counts, and the first minute is free: below the floor is who
/// then has not sent enough for it. Checked when octets come; for silence there is <see cref="Patience"/>.
/// </summary>
internal sealed class DataRate(int bytesPerSecondMin)
{
    /// <summary>A pause of a network is shorter, and so is a mail of people.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private long _bytes;
    private TimeSpan _waited;

    /// <summary>Counts octets and the wait for them. False: it is a trickle, made to hold a session.</summary>
    public bool Add(long bytes, TimeSpan waited)
    {
        _bytes += bytes;
        _waited += waited;
        return bytesPerSecondMin == 0
            || _waited <= Grace
            || _bytes >= (_waited - Grace).TotalSeconds * bytesPerSecondMin;
    }
}
