namespace EmailSms.Smpp;

/// <summary>
/// The result of a command (SMPP 3.4 5.1.3, SMPP 5.0 4.7.6). Vendors send numbers that are not here (0x400 to 0x4FF are
/// reserved for them): any number may be met, none is an exception.
/// </summary>
public enum CommandStatus : uint
{
    /// <summary>ESME_ROK: no error.</summary>
    Ok = 0x00,

    /// <summary>ESME_RINVMSGLEN: the message is too long or its length is wrong.</summary>
    InvalidMessageLength = 0x01,

    /// <summary>ESME_RINVCMDLEN: command_length is wrong.</summary>
    InvalidCommandLength = 0x02,

    /// <summary>ESME_RINVCMDID: the peer does not know the command.</summary>
    InvalidCommandId = 0x03,

    /// <summary>ESME_RINVBNDSTS: the command does not fit the state of the session.</summary>
    InvalidBindStatus = 0x04,

    /// <summary>ESME_RALYBND: the account is bound already.</summary>
    AlreadyBound = 0x05,

    /// <summary>ESME_RINVPRTFLG: priority_flag is wrong.</summary>
    InvalidPriorityFlag = 0x06,

    /// <summary>ESME_RINVREGDLVFLG: registered_delivery is wrong.</summary>
    InvalidRegisteredDelivery = 0x07,

    /// <summary>ESME_RSYSERR: the peer has trouble of its own.</summary>
    SystemError = 0x08,

    /// <summary>ESME_RINVSRCADR: the source address is wrong.</summary>
    InvalidSourceAddress = 0x0A,

    /// <summary>ESME_RINVDSTADR: the destination address is wrong.</summary>
    InvalidDestinationAddress = 0x0B,

    /// <summary>ESME_RINVMSGID: no message has this id.</summary>
    InvalidMessageId = 0x0C,

    /// <summary>ESME_RBINDFAIL: the bind failed.</summary>
    BindFailed = 0x0D,

    /// <summary>ESME_RINVPASWD: the password is wrong.</summary>
    InvalidPassword = 0x0E,

    /// <summary>ESME_RINVSYSID: the system_id is wrong.</summary>
    InvalidSystemId = 0x0F,

    /// <summary>ESME_RCANCELFAIL: cancel_sm failed.</summary>
    CancelFailed = 0x11,

    /// <summary>ESME_RREPLACEFAIL: replace_sm failed.</summary>
    ReplaceFailed = 0x13,

    /// <summary>ESME_RMSGQFUL: a queue of the peer is full, often that of one destination.</summary>
    MessageQueueFull = 0x14,

    /// <summary>ESME_RINVSERTYP: service_type is wrong.</summary>
    InvalidServiceType = 0x15,

    /// <summary>ESME_RINVNUMDESTS: the number of destinations is wrong.</summary>
    InvalidDestinationCount = 0x33,

    /// <summary>ESME_RINVDLNAME: no distribution list has this name.</summary>
    InvalidDistributionList = 0x34,

    /// <summary>ESME_RINVDESTFLAG: dest_flag of submit_multi is wrong.</summary>
    InvalidDestinationFlag = 0x40,

    /// <summary>ESME_RINVSUBREP: replace_if_present cannot be asked for here.</summary>
    InvalidSubmitWithReplace = 0x42,

    /// <summary>ESME_RINVESMCLASS: esm_class is wrong.</summary>
    InvalidEsmClass = 0x43,

    /// <summary>ESME_RCNTSUBDL: no message can be sent to this distribution list.</summary>
    CannotSubmitToList = 0x44,

    /// <summary>ESME_RSUBMITFAIL: submit_sm failed; the peer does not say why.</summary>
    SubmitFailed = 0x45,

    /// <summary>ESME_RINVSRCTON: the type of number of the source is wrong.</summary>
    InvalidSourceTon = 0x48,

    /// <summary>ESME_RINVSRCNPI: the numbering plan of the source is wrong.</summary>
    InvalidSourceNpi = 0x49,

    /// <summary>ESME_RINVDSTTON: the type of number of the destination is wrong.</summary>
    InvalidDestinationTon = 0x50,

    /// <summary>ESME_RINVDSTNPI: the numbering plan of the destination is wrong.</summary>
    InvalidDestinationNpi = 0x51,

    /// <summary>ESME_RINVSYSTYP: system_type is wrong.</summary>
    InvalidSystemType = 0x53,

    /// <summary>ESME_RINVREPFLAG: replace_if_present_flag is wrong.</summary>
    InvalidReplaceFlag = 0x54,

    /// <summary>ESME_RINVNUMMSGS: the number of messages is wrong.</summary>
    InvalidMessageCount = 0x55,

    /// <summary>ESME_RTHROTTLED: the sender is faster than the peer allows.</summary>
    Throttled = 0x58,

    /// <summary>ESME_RINVSCHED: the scheduled time is wrong; some peers say it when they are busy.</summary>
    InvalidSchedule = 0x61,

    /// <summary>ESME_RINVEXPIRY: the validity period is wrong.</summary>
    InvalidValidity = 0x62,

    /// <summary>ESME_RINVDFTMSGID: no predefined message has this number.</summary>
    InvalidDefaultMessage = 0x63,

    /// <summary>ESME_RX_T_APPN: the receiver cannot take the message now; send it again later.</summary>
    TemporaryAppError = 0x64,

    /// <summary>ESME_RX_P_APPN: the receiver will never take the message.</summary>
    PermanentAppError = 0x65,

    /// <summary>ESME_RX_R_APPN: the receiver rejects the message.</summary>
    RejectedByApp = 0x66,

    /// <summary>ESME_RQUERYFAIL: query_sm failed.</summary>
    QueryFailed = 0x67,

    /// <summary>ESME_RINVTLVSTREAM: the optional parameters cannot be read.</summary>
    InvalidTlvStream = 0xC0,

    /// <summary>ESME_RTLVNOTALLWD: an optional parameter is not allowed here.</summary>
    TlvNotAllowed = 0xC1,

    /// <summary>ESME_RINVTLVLEN: the length of an optional parameter is wrong.</summary>
    InvalidTlvLength = 0xC2,

    /// <summary>ESME_RMISSINGTLV: an optional parameter that is needed is not there.</summary>
    MissingTlv = 0xC3,

    /// <summary>ESME_RINVTLVVAL: the value of an optional parameter is wrong.</summary>
    InvalidTlvValue = 0xC4,

    /// <summary>ESME_RDELIVERYFAILURE: the delivery failed (transaction mode).</summary>
    DeliveryFailed = 0xFE,

    /// <summary>ESME_RUNKNOWNERR: an error without a name.</summary>
    UnknownError = 0xFF,

    /// <summary>ESME_RSERTYPUNAUTH: the account may not use this service type (5.0).</summary>
    ServiceTypeUnauthorized = 0x0100,

    /// <summary>ESME_RPROHIBITED: the account may not do this (5.0).</summary>
    Prohibited = 0x0101,

    /// <summary>ESME_RSERTYPUNAVAIL: the service type cannot be used now (5.0).</summary>
    ServiceTypeUnavailable = 0x0102,

    /// <summary>ESME_RSERTYPDENIED: the service type is denied for this message (5.0).</summary>
    ServiceTypeDenied = 0x0103,

    /// <summary>ESME_RINVDCS: data_coding is wrong (5.0).</summary>
    InvalidDataCoding = 0x0104,

    /// <summary>ESME_RINVSRCADDRSUBUNIT: source_addr_subunit is wrong (5.0).</summary>
    InvalidSourceSubunit = 0x0105,

    /// <summary>ESME_RINVDSTADDRSUBUNIT: dest_addr_subunit is wrong (5.0).</summary>
    InvalidDestinationSubunit = 0x0106,

    /// <summary>ESME_RINVBCASTFREQINT: broadcast frequency interval is wrong (5.0).</summary>
    InvalidBroadcastFrequency = 0x0107,

    /// <summary>ESME_RINVBCASTALIAS_NAME: broadcast alias name is wrong (5.0).</summary>
    InvalidBroadcastAlias = 0x0108,

    /// <summary>ESME_RINVBCASTAREAFMT: broadcast area format is wrong (5.0).</summary>
    InvalidBroadcastAreaFormat = 0x0109,

    /// <summary>ESME_RINVNUMBCAST_AREAS: number of broadcast areas is wrong (5.0).</summary>
    InvalidBroadcastAreaCount = 0x010A,

    /// <summary>ESME_RINVBCASTCNTTYPE: broadcast content type is wrong (5.0).</summary>
    InvalidBroadcastContentType = 0x010B,

    /// <summary>ESME_RINVBCASTMSGCLASS: broadcast message class is wrong (5.0).</summary>
    InvalidBroadcastClass = 0x010C,

    /// <summary>ESME_RBCASTFAIL: broadcast_sm failed (5.0).</summary>
    BroadcastFailed = 0x010D,

    /// <summary>ESME_RBCASTQUERYFAIL: query_broadcast_sm failed (5.0).</summary>
    BroadcastQueryFailed = 0x010E,

    /// <summary>ESME_RBCASTCANCELFAIL: cancel_broadcast_sm failed (5.0).</summary>
    BroadcastCancelFailed = 0x010F,

    /// <summary>ESME_RINVBCAST_REP: number of repeated broadcasts is wrong (5.0).</summary>
    InvalidBroadcastRepeat = 0x0110,

    /// <summary>ESME_RINVBCASTSRVGRP: broadcast service group is wrong (5.0).</summary>
    InvalidBroadcastServiceGroup = 0x0111,

    /// <summary>ESME_RINVBCASTCHANIND: broadcast channel indicator is wrong (5.0).</summary>
    InvalidBroadcastChannel = 0x0112,
}
