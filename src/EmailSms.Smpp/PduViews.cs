namespace EmailSms.Smpp;

/// <summary>
/// A submit_sm or deliver_sm as it lies in the buffer: every field can be looked at, nothing is allocated, and strings
/// are made only when they are asked for. For those who handle more messages than the collector should see;
/// <see cref="SubmitSm"/> and <see cref="DeliverSm"/> are for everybody else.
/// </summary>
public readonly ref struct ShortMessageView
{
    private ShortMessageView(ReadOnlySpan<byte> body)
    {
        var reader = new PduReader(body);
        ServiceType = reader.CSpan();
        (SourceTon, SourceNpi) = (reader.Byte(), reader.Byte());
        SourceDigits = reader.CSpan();
        (DestinationTon, DestinationNpi) = (reader.Byte(), reader.Byte());
        DestinationDigits = reader.CSpan();
        ReadOnlySpan<byte> three = reader.Take(3);
        (EsmClass, ProtocolId, PriorityFlag) = (three[0], three[1], three[2]);
        ScheduleDeliveryTime = reader.CSpan();
        ValidityPeriod = reader.CSpan();
        ReadOnlySpan<byte> four = reader.Take(4);
        (RegisteredDelivery, ReplaceIfPresent, DataCoding, DefaultMessageId) = (four[0], four[1], four[2], four[3]);
        ShortMessage = reader.MessageSpan();
        Tlvs = new TlvSequence(reader.TlvSpan());
    }

    /// <summary>service_type, without its NUL.</summary>
    public ReadOnlySpan<byte> ServiceType { get; }

    /// <summary>source_addr_ton.</summary>
    public byte SourceTon { get; }

    /// <summary>source_addr_npi.</summary>
    public byte SourceNpi { get; }

    /// <summary>source_addr, without its NUL.</summary>
    public ReadOnlySpan<byte> SourceDigits { get; }

    /// <summary>dest_addr_ton.</summary>
    public byte DestinationTon { get; }

    /// <summary>dest_addr_npi.</summary>
    public byte DestinationNpi { get; }

    /// <summary>destination_addr, without its NUL.</summary>
    public ReadOnlySpan<byte> DestinationDigits { get; }

    /// <summary>See <see cref="EmailSms.Smpp.EsmClass"/>.</summary>
    public byte EsmClass { get; }

    /// <summary>protocol_id.</summary>
    public byte ProtocolId { get; }

    /// <summary>priority_flag.</summary>
    public byte PriorityFlag { get; }

    /// <summary>schedule_delivery_time, without its NUL.</summary>
    public ReadOnlySpan<byte> ScheduleDeliveryTime { get; }

    /// <summary>validity_period, without its NUL.</summary>
    public ReadOnlySpan<byte> ValidityPeriod { get; }

    /// <summary>See <see cref="EmailSms.Smpp.RegisteredDelivery"/>.</summary>
    public byte RegisteredDelivery { get; }

    /// <summary>replace_if_present_flag.</summary>
    public byte ReplaceIfPresent { get; }

    /// <summary>See <see cref="EmailSms.Smpp.DataCoding"/>.</summary>
    public byte DataCoding { get; }

    /// <summary>sm_default_msg_id.</summary>
    public byte DefaultMessageId { get; }

    /// <summary>short_message: at most 255 octets.</summary>
    public ReadOnlySpan<byte> ShortMessage { get; }

    /// <summary>The optional parameters, in the order of the wire.</summary>
    public TlvSequence Tlvs { get; }

    /// <summary>The sender, as an object.</summary>
    public SmppAddress Source => new(SourceTon, SourceNpi, PduReader.Text(SourceDigits));

    /// <summary>The receiver, as an object.</summary>
    public SmppAddress Destination => new(DestinationTon, DestinationNpi, PduReader.Text(DestinationDigits));

    /// <summary>The octets of the message: short_message, or message_payload when that is empty.</summary>
    public ReadOnlySpan<byte> Octets =>
        ShortMessage.IsEmpty && Tlvs.TryFind(TlvTag.MessagePayload, out ReadOnlySpan<byte> payload)
            ? payload
            : ShortMessage;

    /// <summary>Reads the body of a submit_sm or deliver_sm; see <see cref="PduSequenceReader"/>.</summary>
    /// <exception cref="SmppException">The body does not fit the command.</exception>
    public static ShortMessageView Read(ReadOnlySpan<byte> body) => new(body);

    /// <summary>A copy that outlives the buffer.</summary>
    public SubmitSm ToSubmitSm() => To<SubmitSm>();

    /// <summary>A copy that outlives the buffer.</summary>
    public DeliverSm ToDeliverSm() => To<DeliverSm>();

    internal T To<T>()
        where T : ShortMessagePdu, new() => new()
        {
            ServiceType = PduReader.Text(ServiceType),
            Source = Source,
            Destination = Destination,
            EsmClass = EsmClass,
            ProtocolId = ProtocolId,
            PriorityFlag = PriorityFlag,
            ScheduleDeliveryTime = PduReader.Text(ScheduleDeliveryTime),
            ValidityPeriod = PduReader.Text(ValidityPeriod),
            RegisteredDelivery = RegisteredDelivery,
            ReplaceIfPresent = ReplaceIfPresent,
            DataCoding = DataCoding,
            DefaultMessageId = DefaultMessageId,
            ShortMessage = ShortMessage.IsEmpty ? default : ShortMessage.ToArray(),
            Tlvs = Tlvs.ToList(),
        };
}

/// <summary>A submit_sm_resp as it lies in the buffer.</summary>
public readonly ref struct SubmitSmRespView
{
    private SubmitSmRespView(ReadOnlySpan<byte> body)
    {
        var reader = new PduReader(body);
        MessageIdOctets = reader.CSpan();
        Tlvs = new TlvSequence(reader.TlvSpan());
    }

    /// <summary>message_id, without its NUL; empty in most errors.</summary>
    public ReadOnlySpan<byte> MessageIdOctets { get; }

    /// <summary>message_id as a string.</summary>
    public string MessageId => PduReader.Text(MessageIdOctets);

    /// <summary>The optional parameters, in the order of the wire.</summary>
    public TlvSequence Tlvs { get; }

    /// <summary>Reads the body of a submit_sm_resp; an error may have none.</summary>
    /// <exception cref="SmppException">The body does not fit the command.</exception>
    public static SubmitSmRespView Read(ReadOnlySpan<byte> body) => new(body);
}

/// <summary>
/// Optional parameters as they lie in the buffer: <c>foreach</c> gives tags and views of their values.
/// </summary>
public readonly ref struct TlvSequence
{
    private readonly ReadOnlySpan<byte> _octets;

    internal TlvSequence(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>There are none.</summary>
    public bool IsEmpty => _octets.IsEmpty;

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(_octets);

    /// <summary>The value of the first one with this tag; duplicates are allowed.</summary>
    public bool TryFind(ushort tag, out ReadOnlySpan<byte> value)
    {
        foreach (TlvView tlv in this)
        {
            if (tlv.Tag != tag) continue;
            value = tlv.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Copies that outlive the buffer.</summary>
    public IReadOnlyList<Tlv> ToList()
    {
        if (IsEmpty) return [];
        byte[] copy = _octets.ToArray(); // one for all of them
        var list = new List<Tlv>(4);
        int at = 0;
        foreach (TlvView tlv in this)
        {
            list.Add(new Tlv(tlv.Tag, copy.AsMemory(at + 4, tlv.Value.Length)));
            at += 4 + tlv.Value.Length;
        }

        return list;
    }

    /// <summary>For <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> octets) => _rest = octets;

        /// <summary>Where it is.</summary>
        public TlvView Current { get; private set; }

        /// <summary>Goes on; false at the end.</summary>
        public bool MoveNext()
        {
            ReadOnlySpan<byte> rest = _rest;
            if (rest.IsEmpty) return false;
            int length = (rest[2] << 8) | rest[3]; // checked when the body was read
            Current = new TlvView((ushort)((rest[0] << 8) | rest[1]), rest.Slice(4, length));
            _rest = rest[(4 + length)..];
            return true;
        }
    }
}

/// <summary>One optional parameter as it lies in the buffer.</summary>
public readonly ref struct TlvView
{
    internal TlvView(ushort tag, ReadOnlySpan<byte> value)
    {
        Tag = tag;
        Value = value;
    }

    /// <summary>See <see cref="TlvTag"/>.</summary>
    public ushort Tag { get; }

    /// <summary>The octets.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
