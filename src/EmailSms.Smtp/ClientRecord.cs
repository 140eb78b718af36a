using System.Net;

namespace EmailSms.Smtp;

/// <summary>What one session adds to the <see cref="Defences"/>, and asks of them, about its client.</summary>
internal sealed class ClientRecord(Defences defences, IPAddress address, SmtpServerOptions options)
{
    private const int DelayFactorMax = 10;

    private readonly AddressPrefix _from = AddressPrefix.Of(address);
    private string? _user;

    /// <summary>Counts this connection. Null: come in. Otherwise the reply that turns the client away.</summary>
    public SmtpReply? TryConnect() => !ConnectionGate.IsLocal(address)
        && defences.Connections.Add(_from) > options.ConnectionsPerMinuteMax
            ? Replies.TooManyNewConnections
            : null;

    /// <summary>Counts a recipient that nobody has; true: too many from there.</summary>
    public bool IsGuessing() => defences.UnknownRecipients.Add(_from) > options.UnknownRecipientsPerHourMax;

    /// <summary>Asked with the name a client gives, before its proof is looked at.</summary>
    public bool IsBarred(string user)
    {
        _user = user;
        return defences.Auth.IsBarred(_from, user, options);
    }

    /// <summary>The name that the client gave last; null: none since the last wrong password.</summary>
    public string? User => _user;

    /// <summary>
    /// Counts a wrong password; gives how long the reply is held back, the price of a guess, and who is barred now.
    /// </summary>
    public (TimeSpan Delay, SmtpAuthBars Bars) FailAuth()
    {
        AuthFailureCounts failures = defences.Auth.Add(_from, _user);
        _user = null;
        SmtpAuthBars bars = SmtpAuthBars.None;
        if (failures.OfAddress == options.AuthFailuresPerAddressMax) bars |= SmtpAuthBars.Address;
        if (failures.OfUser == options.AuthFailuresPerUserMax) bars |= SmtpAuthBars.User;
        if (failures.OfPair == options.AuthFailuresPerAddressMax) bars |= SmtpAuthBars.UserFromAddress;
        return (Math.Clamp(failures.Largest - 2, 1, DelayFactorMax) * options.AuthFailureDelay, bars);
    }

    public void SucceedAuth()
    {
        if (_user is { } user) defences.Auth.Greet(_from, user);
        _user = null;
    }
}
