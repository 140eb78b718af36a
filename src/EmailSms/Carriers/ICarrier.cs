using EmailSms.Messages;

namespace EmailSms.Carriers;

/// <summary>A way out, as whoever sends sees it: over SMPP or over HTTP.</summary>
internal interface ICarrier : IAsyncDisposable
{
    /// <summary>Its name in the configuration.</summary>
    string Name { get; }

    /// <summary>SMS that it can have in flight at once.</summary>
    int InFlightMax { get; }

    /// <summary>Whether it takes SMS now.</summary>
    bool IsReady { get; }

    /// <summary>What is sent in a row arrives there in that order.</summary>
    bool KeepsOrder { get; }

    /// <summary>Called when <see cref="IsReady"/> may have changed.</summary>
    Action? StateChanged { get; set; }

    /// <summary>All there is to see of it.</summary>
    CarrierStatus Status { get; }

    /// <summary>
    /// If this SMS may have been sent and nobody can tell, it is held until somebody decides, and not sent again.
    /// </summary>
    bool HoldsUnknown(OutgoingSms sms);

    /// <summary>Begins to take SMS, unless a pause says no.</summary>
    Task StartAsync();

    /// <summary>Begins or ends a pause. No new SMS is taken from this moment.</summary>
    Task ApplyAsync(Pause? pause);

    /// <summary>Ends what is in hand, or gives up at the deadline.</summary>
    Task StopAsync(CancellationToken deadline);

    /// <summary>One attempt. It never throws for what the other side says or does not say.</summary>
    Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline);
}
