namespace EmailSms.Smpp.Text;

/// <summary>
/// A national language of 3GPP TS 23.038 Annex A, by its identifier: which table of letters stands in for those of the
/// default alphabet. A phone of before 2010 or a carrier that drops the header shows other letters, so these are for
/// carriers that are known to pass them on.
/// </summary>
public enum NationalLanguage : byte
{
    /// <summary>The default alphabet, or its extension.</summary>
    Default = 0,

    /// <summary>Turkish: a locking and a single shift table.</summary>
    Turkish = 1,

    /// <summary>Spanish: a single shift table only.</summary>
    Spanish = 2,

    /// <summary>Portuguese: a locking and a single shift table.</summary>
    Portuguese = 3,

    /// <summary>Bengali and Assamese.</summary>
    Bengali = 4,

    /// <summary>Gujarati.</summary>
    Gujarati = 5,

    /// <summary>Hindi, in Devanagari.</summary>
    Hindi = 6,

    /// <summary>Kannada.</summary>
    Kannada = 7,

    /// <summary>Malayalam.</summary>
    Malayalam = 8,

    /// <summary>Oriya (Odia).</summary>
    Oriya = 9,

    /// <summary>Punjabi, in Gurmukhi.</summary>
    Punjabi = 10,

    /// <summary>Tamil.</summary>
    Tamil = 11,

    /// <summary>Telugu.</summary>
    Telugu = 12,

    /// <summary>Urdu.</summary>
    Urdu = 13,
}

/// <summary>
/// The two tables a GSM-7 text is written with: the one of its septets, and the one of what follows an escape. The
/// default value is the default alphabet with its extension, and needs no header.
/// </summary>
/// <param name="LockingShift">The table of the septets (information element 0x25).</param>
/// <param name="SingleShift">The table behind the escape (information element 0x24).</param>
public readonly record struct Gsm7Tables(NationalLanguage LockingShift, NationalLanguage SingleShift)
{
    /// <summary>The octets that the two take in a user data header, three for each that is not the default.</summary>
    public int HeaderOctets =>
        (LockingShift is NationalLanguage.Default ? 0 : 3) + (SingleShift is NationalLanguage.Default ? 0 : 3);

    /// <summary>
    /// The tables that a header names. A language nobody knows is the default, as TS 23.038 6.2.1.2.4 has it.
    /// </summary>
    public static Gsm7Tables Of(UserDataHeader header)
    {
        var tables = default(Gsm7Tables);
        foreach (InformationElement element in header.Elements)
        {
            if (element.Value.Length != 1) continue;
            var language = (NationalLanguage)element.Value.Span[0];
            if (element.Id == LockingElement) tables = tables with { LockingShift = language };
            else if (element.Id == SingleElement) tables = tables with { SingleShift = language };
        }

        return tables;
    }

    internal const byte SingleElement = 0x24;
    internal const byte LockingElement = 0x25;

    /// <summary>The information elements, as they stand in a header.</summary>
    internal byte[] ToElements()
    {
        List<byte> octets = new(6);
        if (SingleShift is not NationalLanguage.Default) octets.AddRange([SingleElement, 1, (byte)SingleShift]);
        if (LockingShift is not NationalLanguage.Default) octets.AddRange([LockingElement, 1, (byte)LockingShift]);
        return [.. octets];
    }
}
