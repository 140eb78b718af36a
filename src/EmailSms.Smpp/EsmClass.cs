namespace EmailSms.Smpp;

/// <summary>Bits of esm_class (SMPP 3.4 5.2.12).</summary>
public static class EsmClass
{
    /// <summary>The four bits that say what kind of message a deliver_sm is.</summary>
    public const byte TypeMask = 0x3C;

    /// <summary>The deliver_sm is a delivery receipt.</summary>
    public const byte Receipt = 0x04;

    /// <summary>The deliver_sm is an acknowledgement of the receiving application.</summary>
    public const byte DeliveryAck = 0x08;

    /// <summary>The deliver_sm is an acknowledgement of the person.</summary>
    public const byte UserAck = 0x10;

    /// <summary>The deliver_sm tells a state that is not the last one.</summary>
    public const byte IntermediateNotification = 0x20;

    /// <summary>The message begins with a user data header (3GPP TS 23.040 9.2.3.24).</summary>
    public const byte UserDataHeader = 0x40;

    /// <summary>The answer may take the way back.</summary>
    public const byte ReplyPath = 0x80;
}

/// <summary>Values of data_coding (SMPP 3.4 5.2.19, 3GPP TS 23.038 4).</summary>
public static class DataCoding
{
    /// <summary>Whatever the SMSC takes for granted: mostly GSM 03.38, one septet in an octet.</summary>
    public const byte Default = 0x00;

    /// <summary>ASCII (IA5).</summary>
    public const byte Ascii = 0x01;

    /// <summary>8-bit binary.</summary>
    public const byte Binary = 0x04;

    /// <summary>ISO 8859-1.</summary>
    public const byte Latin1 = 0x03;

    /// <summary>UCS-2; in practice UTF-16, big-endian.</summary>
    public const byte Ucs2 = 0x08;

    /// <summary>GSM 03.38, class 0: shown at once and not kept (flash).</summary>
    public const byte Gsm7Flash = 0x10;

    /// <summary>UCS-2, class 0: shown at once and not kept (flash).</summary>
    public const byte Ucs2Flash = 0x18;
}

/// <summary>Values of registered_delivery (SMPP 3.4 5.2.17).</summary>
public static class RegisteredDelivery
{
    /// <summary>No receipt.</summary>
    public const byte None = 0;

    /// <summary>A receipt for the final state, whatever it is.</summary>
    public const byte Final = 1;

    /// <summary>A receipt if the delivery failed.</summary>
    public const byte OnFailure = 2;

    /// <summary>A receipt if the delivery worked (5.0).</summary>
    public const byte OnSuccess = 3;

    /// <summary>
    /// To be added: notifications on the way. The text of 3.4 says bit 5; its table, and everybody, bit 4.
    /// </summary>
    public const byte Intermediate = 0x10;
}
