using System.Text;

namespace EmailSms.Smpp.Text;

/// <summary>
/// The letters of a message as they came, without its header, and what they are made of: what has to be kept of a part
/// until its neighbours are here. A sender that cuts between the halves of a pair, of an escape or of surrogates,
/// leaves two parts of which neither can be read alone.
/// </summary>
/// <param name="Octets">short_message or message_payload behind its user data header.</param>
/// <param name="DataCoding">data_coding.</param>
/// <param name="Tables">The national tables that its header names.</param>
/// <param name="Alphabet">What data_coding 0 stands for at this carrier.</param>
public sealed record TextOctets(
    ReadOnlyMemory<byte> Octets, byte DataCoding, Gsm7Tables Tables = default,
    DefaultAlphabet Alphabet = DefaultAlphabet.Gsm7)
{
    /// <summary>Those of a submit_sm or deliver_sm.</summary>
    public static TextOctets Of(ShortMessagePdu message, DefaultAlphabet alphabet = DefaultAlphabet.Gsm7)
    {
        UserDataHeader header = UserDataHeader.Read(message);
        return new TextOctets(message.Octets[header.Octets..], message.DataCoding, Gsm7Tables.Of(header), alphabet);
    }

    /// <summary>
    /// The text of parts that follow one another without a gap. Neighbours of the same coding are read as one. Never
    /// fails, as <see cref="MessageText.Read(ShortMessagePdu, DefaultAlphabet)"/> does not.
    /// </summary>
    public static string Read(IEnumerable<TextOctets> parts)
    {
        var text = new StringBuilder();
        List<byte> octets = [];
        TextOctets? open = null;
        foreach (TextOctets part in parts)
        {
            if (open is not null && !part.IsAlike(open)) Close(open);
            open = part;
            octets.AddRange(part.Octets.Span);
        }

        if (open is not null) Close(open);
        return text.ToString();

        void Close(TextOctets coding)
        {
            text.Append(MessageText.Read([.. octets], coding.DataCoding, coding.Tables, coding.Alphabet));
            octets.Clear();
        }
    }

    private bool IsAlike(TextOctets other) =>
        (DataCoding, Tables, Alphabet) == (other.DataCoding, other.Tables, other.Alphabet);
}
