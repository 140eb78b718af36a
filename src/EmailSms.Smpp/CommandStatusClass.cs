using System.Collections.Frozen;
using static EmailSms.Smpp.CommandStatusClass;

namespace EmailSms.Smpp;

/// <summary>What a command_status means to the sender, so that nobody has to know seventy numbers.</summary>
public enum CommandStatusClass
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>Not a failure: give the peer time, then send again.</summary>
    Throttled,

    /// <summary>The peer has trouble that may pass: send again later.</summary>
    Temporary,

    /// <summary>Never as it stands: an address is wrong.</summary>
    PermanentAddress,

    /// <summary>Never as it stands: the text or an option is wrong.</summary>
    PermanentContent,

    /// <summary>Never as it stands: the account may not do this.</summary>
    PermanentPolicy,

    /// <summary>The session is out of step: close it, bind again, send again.</summary>
    Session,

    /// <summary>The bind was refused.</summary>
    Bind,

    /// <summary>
    /// A number of the vendor's own, or one of an operation other than sending. Best taken as temporary for a few
    /// tries.
    /// </summary>
    Other,
}

/// <summary>Names and classes of command_status.</summary>
public static class CommandStatuses
{
    private static readonly FrozenDictionary<CommandStatus, (string Name, CommandStatusClass Class)> Known =
        new Dictionary<CommandStatus, (string, CommandStatusClass)>
        {
            [CommandStatus.Ok] = ("ESME_ROK", Ok),
            [CommandStatus.InvalidMessageLength] = ("ESME_RINVMSGLEN", PermanentContent),
            [CommandStatus.InvalidCommandLength] = ("ESME_RINVCMDLEN", Session),
            [CommandStatus.InvalidCommandId] = ("ESME_RINVCMDID", Session),
            [CommandStatus.InvalidBindStatus] = ("ESME_RINVBNDSTS", Session),
            [CommandStatus.AlreadyBound] = ("ESME_RALYBND", Bind),
            [CommandStatus.InvalidPriorityFlag] = ("ESME_RINVPRTFLG", PermanentContent),
            [CommandStatus.InvalidRegisteredDelivery] = ("ESME_RINVREGDLVFLG", PermanentContent),
            [CommandStatus.SystemError] = ("ESME_RSYSERR", Temporary),
            [CommandStatus.InvalidSourceAddress] = ("ESME_RINVSRCADR", PermanentAddress),
            [CommandStatus.InvalidDestinationAddress] = ("ESME_RINVDSTADR", PermanentAddress),
            [CommandStatus.InvalidMessageId] = ("ESME_RINVMSGID", Other),
            [CommandStatus.BindFailed] = ("ESME_RBINDFAIL", Bind),
            [CommandStatus.InvalidPassword] = ("ESME_RINVPASWD", Bind),
            [CommandStatus.InvalidSystemId] = ("ESME_RINVSYSID", Bind),
            [CommandStatus.CancelFailed] = ("ESME_RCANCELFAIL", Other),
            [CommandStatus.ReplaceFailed] = ("ESME_RREPLACEFAIL", Other),
            [CommandStatus.MessageQueueFull] = ("ESME_RMSGQFUL", Throttled),
            [CommandStatus.InvalidServiceType] = ("ESME_RINVSERTYP", PermanentContent),
            [CommandStatus.InvalidDestinationCount] = ("ESME_RINVNUMDESTS", PermanentAddress),
            [CommandStatus.InvalidDistributionList] = ("ESME_RINVDLNAME", PermanentAddress),
            [CommandStatus.InvalidDestinationFlag] = ("ESME_RINVDESTFLAG", PermanentAddress),
            [CommandStatus.InvalidSubmitWithReplace] = ("ESME_RINVSUBREP", PermanentContent),
            [CommandStatus.InvalidEsmClass] = ("ESME_RINVESMCLASS", PermanentContent),
            [CommandStatus.CannotSubmitToList] = ("ESME_RCNTSUBDL", PermanentAddress),
            [CommandStatus.SubmitFailed] = ("ESME_RSUBMITFAIL", Temporary),
            [CommandStatus.InvalidSourceTon] = ("ESME_RINVSRCTON", PermanentAddress),
            [CommandStatus.InvalidSourceNpi] = ("ESME_RINVSRCNPI", PermanentAddress),
            [CommandStatus.InvalidDestinationTon] = ("ESME_RINVDSTTON", PermanentAddress),
            [CommandStatus.InvalidDestinationNpi] = ("ESME_RINVDSTNPI", PermanentAddress),
            [CommandStatus.InvalidSystemType] = ("ESME_RINVSYSTYP", Bind),
            [CommandStatus.InvalidReplaceFlag] = ("ESME_RINVREPFLAG", PermanentContent),
            [CommandStatus.InvalidMessageCount] = ("ESME_RINVNUMMSGS", PermanentContent),
            [CommandStatus.Throttled] = ("ESME_RTHROTTLED", Throttled),
            [CommandStatus.InvalidSchedule] = ("ESME_RINVSCHED", Temporary),
            [CommandStatus.InvalidValidity] = ("ESME_RINVEXPIRY", PermanentContent),
            [CommandStatus.InvalidDefaultMessage] = ("ESME_RINVDFTMSGID", PermanentContent),
            [CommandStatus.TemporaryAppError] = ("ESME_RX_T_APPN", Temporary),
            [CommandStatus.PermanentAppError] = ("ESME_RX_P_APPN", PermanentContent),
            [CommandStatus.RejectedByApp] = ("ESME_RX_R_APPN", PermanentContent),
            [CommandStatus.QueryFailed] = ("ESME_RQUERYFAIL", Other),
            [CommandStatus.InvalidTlvStream] = ("ESME_RINVTLVSTREAM", PermanentContent),
            [CommandStatus.TlvNotAllowed] = ("ESME_RTLVNOTALLWD", PermanentContent),
            [CommandStatus.InvalidTlvLength] = ("ESME_RINVTLVLEN", PermanentContent),
            [CommandStatus.MissingTlv] = ("ESME_RMISSINGTLV", PermanentContent),
            [CommandStatus.InvalidTlvValue] = ("ESME_RINVTLVVAL", PermanentContent),
            [CommandStatus.DeliveryFailed] = ("ESME_RDELIVERYFAILURE", Temporary),
            [CommandStatus.UnknownError] = ("ESME_RUNKNOWNERR", Temporary),
            [CommandStatus.ServiceTypeUnauthorized] = ("ESME_RSERTYPUNAUTH", PermanentPolicy),
            [CommandStatus.Prohibited] = ("ESME_RPROHIBITED", PermanentPolicy),
            [CommandStatus.ServiceTypeUnavailable] = ("ESME_RSERTYPUNAVAIL", Temporary),
            [CommandStatus.ServiceTypeDenied] = ("ESME_RSERTYPDENIED", PermanentPolicy),
            [CommandStatus.InvalidDataCoding] = ("ESME_RINVDCS", PermanentContent),
            [CommandStatus.InvalidSourceSubunit] = ("ESME_RINVSRCADDRSUBUNIT", PermanentAddress),
            [CommandStatus.InvalidDestinationSubunit] = ("ESME_RINVDSTADDRSUBUNIT", PermanentAddress),
            [CommandStatus.InvalidBroadcastFrequency] = ("ESME_RINVBCASTFREQINT", Other),
            [CommandStatus.InvalidBroadcastAlias] = ("ESME_RINVBCASTALIAS_NAME", Other),
            [CommandStatus.InvalidBroadcastAreaFormat] = ("ESME_RINVBCASTAREAFMT", Other),
            [CommandStatus.InvalidBroadcastAreaCount] = ("ESME_RINVNUMBCAST_AREAS", Other),
            [CommandStatus.InvalidBroadcastContentType] = ("ESME_RINVBCASTCNTTYPE", Other),
            [CommandStatus.InvalidBroadcastClass] = ("ESME_RINVBCASTMSGCLASS", Other),
            [CommandStatus.BroadcastFailed] = ("ESME_RBCASTFAIL", Other),
            [CommandStatus.BroadcastQueryFailed] = ("ESME_RBCASTQUERYFAIL", Other),
            [CommandStatus.BroadcastCancelFailed] = ("ESME_RBCASTCANCELFAIL", Other),
            [CommandStatus.InvalidBroadcastRepeat] = ("ESME_RINVBCAST_REP", Other),
            [CommandStatus.InvalidBroadcastServiceGroup] = ("ESME_RINVBCASTSRVGRP", Other),
            [CommandStatus.InvalidBroadcastChannel] = ("ESME_RINVBCASTCHANIND", Other),
        }.ToFrozenDictionary();

    /// <summary>What this status means to the sender. Numbers without a name are <see cref="Other"/>.</summary>
    public static CommandStatusClass Class(this CommandStatus status) =>
        Known.TryGetValue(status, out (string, CommandStatusClass Class) known) ? known.Class : Other;

    /// <summary>
    /// The name in the standard, such as <c>ESME_RTHROTTLED</c>, or the number, such as <c>0x00000417</c>.
    /// </summary>
    public static string Name(this CommandStatus status) =>
        Known.TryGetValue(status, out (string Name, CommandStatusClass) known) ? known.Name : $"0x{(uint)status:X8}";
}
