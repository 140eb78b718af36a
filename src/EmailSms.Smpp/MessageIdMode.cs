namespace EmailSms.Smpp;

/// <summary>How the id of a receipt has to be read to find the id of the submit_sm_resp it speaks of.</summary>
public enum MessageIdMode
{
    /// <summary>They are alike, letter by letter.</summary>
    AsIs,

    /// <summary>Both are decimal numbers; leading zeros are of no account.</summary>
    BothDecimal,

    /// <summary>Both are hexadecimal numbers; leading zeros and capitals are of no account.</summary>
    BothHex,

    /// <summary>The response is hexadecimal, the receipt decimal.</summary>
    ResponseHexReceiptDecimal,

    /// <summary>The response is decimal, the receipt hexadecimal.</summary>
    ResponseDecimalReceiptHex,

    /// <summary>
    /// Not known: all of the above are tried, anything but the same letters counts only when the phone is the same one
    /// as well, and what agreed often enough is kept to from then on.
    /// </summary>
    Auto,
}
