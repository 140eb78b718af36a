namespace EmailSms.Smpp.Text;

/// <summary>What the letters of an SMS are made of.</summary>
public enum SmsEncoding
{
    /// <summary>Seven bits a letter, 160 to a message.</summary>
    Gsm7,

    /// <summary>Sixteen bits a unit, 70 to a message.</summary>
    Ucs2,
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
