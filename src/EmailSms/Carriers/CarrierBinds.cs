using EmailSms.Messages;
using EmailSms.Smpp;

namespace EmailSms.Carriers;

/// <summary>A carrier's settings in the words of the library.</summary>
internal static class CarrierBinds
{
    public static SmppBindGroupOptions Of(CarrierOptions options) => new()
    {
        Bind = new SmppClientOptions
        {
            Host = options.Host ?? "",
            Port = options.Port,
            SystemId = options.SystemId ?? "",
            Password = SecretFile.Read(options.Password, options.PasswordFile) ?? "",
            Tls = options.Tls.ToTls(),
            SystemType = options.SystemType,
            InterfaceVersion = Version(options.InterfaceVersion),
            AddressRange = new SmppAddress(0, 0, options.AddressRange),
            Window = options.Window,
            AdaptRate = options.AdaptRate,
            MoreMessagesToSend = options.MoreMessagesToSend,
            AnswerMax = options.AnswerMax,
            EnquireLinkIdle = options.EnquireLinkIdle,
            ReconnectMax = options.ReconnectMax,
            SubmitsPerSecondMax = options.Session.SubmitsPerSecondMax,
            ConnectMax = options.Session.ConnectMax,
            BindMax = options.Session.BindMax,
            EnquireLinkAnswerMax = options.Session.EnquireLinkAnswerMax,
            InactivityMax = options.Session.InactivityMax,
            PduCompletionMax = options.Session.PduCompletionMax,
            WriteStallMax = options.Session.WriteStallMax,
            ReconnectFirst = options.Session.ReconnectFirst,
            RefusedFirst = options.Session.RefusedFirst,
            RefusedMax = options.Session.RefusedMax,
            AlreadyBoundPause = options.Session.AlreadyBoundPause,
            DrainMax = options.Session.DrainMax,
            UnbindMax = options.Session.UnbindMax,
            DeliverQueueMax = options.Session.DeliverQueueMax,
            DeliverConcurrencyMax = options.Session.DeliverConcurrencyMax,
            PduOctetsMax = options.Session.PduOctetsMax,
        },
        Binds = options.Binds,
        Plan = options.BindType is BindPairing.Transceiver ? BindPlan.Transceivers : BindPlan.Pairs,
        ReceiverPort = options.ReceiverPort,
        SubmitsPerSecondMax = options.SubmitsPerSecondMax,
    };

    private static byte Version(string written) => written switch
    {
        "3.3" => 0x33,
        "5.0" => 0x50,
        _ => 0x34,
    };
}
