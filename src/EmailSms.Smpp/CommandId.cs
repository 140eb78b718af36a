namespace EmailSms.Smpp;

/// <summary>What a PDU is (SMPP 3.4 5.1.2.1). A response has the id of its request with bit 31 set.</summary>
public enum CommandId : uint
{
    /// <summary>generic_nack: the answer to what could not be understood.</summary>
    GenericNack = 0x80000000,

    /// <summary>bind_receiver.</summary>
    BindReceiver = 0x00000001,

    /// <summary>bind_receiver_resp.</summary>
    BindReceiverResp = 0x80000001,

    /// <summary>bind_transmitter.</summary>
    BindTransmitter = 0x00000002,

    /// <summary>bind_transmitter_resp.</summary>
    BindTransmitterResp = 0x80000002,

    /// <summary>query_sm.</summary>
    QuerySm = 0x00000003,

    /// <summary>query_sm_resp.</summary>
    QuerySmResp = 0x80000003,

    /// <summary>submit_sm.</summary>
    SubmitSm = 0x00000004,

    /// <summary>submit_sm_resp.</summary>
    SubmitSmResp = 0x80000004,

    /// <summary>deliver_sm.</summary>
    DeliverSm = 0x00000005,

    /// <summary>deliver_sm_resp.</summary>
    DeliverSmResp = 0x80000005,

    /// <summary>unbind.</summary>
    Unbind = 0x00000006,

    /// <summary>unbind_resp.</summary>
    UnbindResp = 0x80000006,

    /// <summary>replace_sm.</summary>
    ReplaceSm = 0x00000007,

    /// <summary>replace_sm_resp.</summary>
    ReplaceSmResp = 0x80000007,

    /// <summary>cancel_sm.</summary>
    CancelSm = 0x00000008,

    /// <summary>cancel_sm_resp.</summary>
    CancelSmResp = 0x80000008,

    /// <summary>bind_transceiver.</summary>
    BindTransceiver = 0x00000009,

    /// <summary>bind_transceiver_resp.</summary>
    BindTransceiverResp = 0x80000009,

    /// <summary>outbind; it has no response.</summary>
    Outbind = 0x0000000B,

    /// <summary>enquire_link.</summary>
    EnquireLink = 0x00000015,

    /// <summary>enquire_link_resp.</summary>
    EnquireLinkResp = 0x80000015,

    /// <summary>submit_multi.</summary>
    SubmitMulti = 0x00000021,

    /// <summary>submit_multi_resp.</summary>
    SubmitMultiResp = 0x80000021,

    /// <summary>alert_notification; it has no response.</summary>
    AlertNotification = 0x00000102,

    /// <summary>data_sm.</summary>
    DataSm = 0x00000103,

    /// <summary>data_sm_resp.</summary>
    DataSmResp = 0x80000103,

    /// <summary>broadcast_sm (5.0). Known by name only: it is answered ESME_RINVCMDID.</summary>
    BroadcastSm = 0x00000111,

    /// <summary>query_broadcast_sm (5.0). Known by name only: it is answered ESME_RINVCMDID.</summary>
    QueryBroadcastSm = 0x00000112,

    /// <summary>cancel_broadcast_sm (5.0). Known by name only: it is answered ESME_RINVCMDID.</summary>
    CancelBroadcastSm = 0x00000113,
}

/// <summary>Names of command_id.</summary>
public static class CommandIds
{
    /// <summary>
    /// The name in the standard, such as <c>submit_sm</c>, or <c>unknown</c>: peers may make up numbers.
    /// </summary>
    public static string Name(this CommandId command) => command switch
    {
        CommandId.GenericNack => "generic_nack",
        CommandId.BindReceiver => "bind_receiver",
        CommandId.BindReceiverResp => "bind_receiver_resp",
        CommandId.BindTransmitter => "bind_transmitter",
        CommandId.BindTransmitterResp => "bind_transmitter_resp",
        CommandId.QuerySm => "query_sm",
        CommandId.QuerySmResp => "query_sm_resp",
        CommandId.SubmitSm => "submit_sm",
        CommandId.SubmitSmResp => "submit_sm_resp",
        CommandId.DeliverSm => "deliver_sm",
        CommandId.DeliverSmResp => "deliver_sm_resp",
        CommandId.Unbind => "unbind",
        CommandId.UnbindResp => "unbind_resp",
        CommandId.ReplaceSm => "replace_sm",
        CommandId.ReplaceSmResp => "replace_sm_resp",
        CommandId.CancelSm => "cancel_sm",
        CommandId.CancelSmResp => "cancel_sm_resp",
        CommandId.BindTransceiver => "bind_transceiver",
        CommandId.BindTransceiverResp => "bind_transceiver_resp",
        CommandId.Outbind => "outbind",
        CommandId.EnquireLink => "enquire_link",
        CommandId.EnquireLinkResp => "enquire_link_resp",
        CommandId.SubmitMulti => "submit_multi",
        CommandId.SubmitMultiResp => "submit_multi_resp",
        CommandId.AlertNotification => "alert_notification",
        CommandId.DataSm => "data_sm",
        CommandId.DataSmResp => "data_sm_resp",
        CommandId.BroadcastSm => "broadcast_sm",
        CommandId.QueryBroadcastSm => "query_broadcast_sm",
        CommandId.CancelBroadcastSm => "cancel_broadcast_sm",
        _ => "unknown",
    };
}
