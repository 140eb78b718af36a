namespace EmailSms.Smpp.Text;

/// <summary>What the letters of an SMS are made of.</summary>
public enum SmsEncoding
{
    /// <summary>Seven bits a letter, 160 to a message.</summary>
    Gsm7,

    /// <summary>Sixteen bits a unit, 70 to a message.</summary>
    Ucs2,

    /// <summary>
    /// ISO 8859-1 for an SMSC whose default alphabet it is. Only letters that GSM-7 has as well, and counted as those:
    /// the phone gets them in GSM-7.
    /// </summary>
    Latin1,

    /// <summary>ASCII for such an SMSC; see <see cref="Latin1"/>.</summary>
    Ascii,
}

/// <summary>How the parts of a long text say that they belong together.</summary>
public enum Segmentation
{
    /// <summary>User data header, reference of 8 bits: 153 septets or 67 units to a part. Works everywhere.</summary>
    Udh8,

    /// <summary>User data header, reference of 16 bits: 152 septets or 66 units to a part.</summary>
    Udh16,

    /// <summary>
    /// sar_msg_ref_num and its kin: the SMSC writes the header. Split as <see cref="Udh16"/>, to be safe.
    /// </summary>
    Sar,

    /// <summary>message_payload: one submit_sm, and the SMSC splits.</summary>
    Payload,
}

/// <summary>How a text is cut and written. The default value suits nearly every carrier.</summary>
public sealed record SegmentOptions
{
    /// <summary>A user data header with a reference of 8 bits, GSM-7 and UCS-2, no national languages.</summary>
    public static SegmentOptions Default { get; } = new();

    /// <summary>How parts say that they belong together.</summary>
    public Segmentation Segmentation { get; init; } = Segmentation.Udh8;

    /// <summary>What the SMSC takes octets for that come under its default data_coding.</summary>
    public DefaultAlphabet Alphabet { get; init; } = DefaultAlphabet.Gsm7;

    /// <summary>
    /// The languages whose tables may be used, in order of preference, when the default alphabet lacks a letter. Only
    /// with <see cref="DefaultAlphabet.Gsm7"/> and a header of ours (<see cref="Segmentation.Udh8"/> and
    /// <see cref="Segmentation.Udh16"/>): where the SMSC writes the header, it would have to know of ours.
    /// </summary>
    public IReadOnlyList<NationalLanguage> Languages { get; init; } = [];
}

/// <summary>What octets mean when data_coding says "the default of the SMSC" (0). A matter of the carrier.</summary>
public enum DefaultAlphabet
{
    /// <summary>GSM 03.38, one septet in an octet. Nearly everybody.</summary>
    Gsm7,

    /// <summary>ISO 8859-1.</summary>
    Latin1,

    /// <summary>ASCII.</summary>
    Ascii,
}
