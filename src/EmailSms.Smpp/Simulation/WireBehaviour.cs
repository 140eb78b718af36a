namespace EmailSms.Smpp.Simulation;

/// <summary>
/// What is wrong with the connections of a simulator. Everything may be changed while it runs, and counts at once for
/// the connections that are there.
/// </summary>
public sealed class WireBehaviour
{
    /// <summary>Each octet leaves in a packet of its own.</summary>
    public bool OctetByOctet { get; set; }

    /// <summary>PDUs wait for each other and leave several in a packet.</summary>
    public bool SeveralInAPacket { get; set; }

    /// <summary>The connection stands and nothing comes over it: neither read nor written, and no goodbye.</summary>
    public bool HalfOpen { get; set; }

    /// <summary>enquire_link is not answered; all else is.</summary>
    public bool NoEnquireLinkAnswer { get; set; }

    /// <summary>Every so manyth response has a sequence number that nobody used; 0: none.</summary>
    public int WrongSequenceEvery { get; set; }

    /// <summary>Before every so manyth response comes a request that no standard knows; 0: none.</summary>
    public int UnknownCommandEvery { get; set; }

    /// <summary>Instead of every so manyth response come octets that are no SMPP; 0: none.</summary>
    public int GarbageEvery { get; set; }

    /// <summary>No more octets are read in a second; 0: as fast as they come.</summary>
    public int ReadOctetsPerSecond { get; set; }

    /// <summary>Some filter has to look at the PDUs that leave.</summary>
    internal bool Filters =>
        NoEnquireLinkAnswer || WrongSequenceEvery > 0 || UnknownCommandEvery > 0 || GarbageEvery > 0;
}
