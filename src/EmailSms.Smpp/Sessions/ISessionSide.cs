namespace EmailSms.Smpp;

/// <summary>
/// What the ESME and the SMSC each do their own way. Called on the receive loop: nothing here may wait.
/// </summary>
internal interface ISessionSide
{
    /// <summary>
    /// Takes a request: answers it now or later through <see cref="SmppSession.Answer"/>. False: no such command here.
    /// </summary>
    bool Take(SmppSession session, in PduHeader header, SmppPdu request);

    /// <summary>The session begins to end: from now on nothing can be sent. Said once.</summary>
    void Closing(SmppSession session);
}
