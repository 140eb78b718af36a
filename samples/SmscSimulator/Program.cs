using System.CommandLine;
using System.Net;
using EmailSms.Samples.Smsc;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;

var port = new Option<int>("--port", "-p")
{
    Description = "Port to listen on; 0 lets the system choose.",
    DefaultValueFactory = _ => 2775,
};
var address = new Option<IPAddress>("--address")
{
    Description = "Address to listen on.",
    CustomParser = Words.Address,
    DefaultValueFactory = _ => IPAddress.Loopback,
};
var systemId = new Option<string?>("--system-id") { Description = "The only account that may bind (any if left out)." };
var password = new Option<string?>("--password") { Description = "Its password (any if left out)." };
var latency = new Option<TimeSpan>("--latency")
{
    Description = "Pause before a submit is answered: 50ms, 2s.",
    CustomParser = Words.Duration,
};
var receiptDelay = new Option<TimeSpan>("--receipt-delay")
{
    Description = "Pause between the answer and the receipt.",
    CustomParser = Words.Duration,
    DefaultValueFactory = _ => TimeSpan.FromSeconds(1),
};
var receiptState = new Option<MessageState?>("--receipt-state")
{
    Description = "What receipts say: DELIVRD, UNDELIV, EXPIRED, REJECTD, ACCEPTD, UNKNOWN, DELETED, none.",
    HelpName = "state",
    CustomParser = Words.State,
    DefaultValueFactory = _ => MessageState.Delivered,
};
var throttleAbove = new Option<double>("--throttle-above")
{
    Description = "Answer submits above so many a second ESME_RTHROTTLED.",
};
var reject = new Option<(CommandStatus, string)>("--reject")
{
    Description = "Answer submits with this status: 0x0B, or 0x0B@4477009* for some destinations only.",
    CustomParser = Words.Rejection,
};
var hangUpAfter = new Option<long>("--hang-up-after")
{
    Description = "Drop the connection on every so manyth submit.",
};
var silent = new Option<bool>("--silent") { Description = "Take submits and never answer." };
var json = new Option<bool>("--json") { Description = "Print each SMS as one line of JSON." };

var root = new RootCommand(
    """
    An SMSC to try things against: real SMPP on a real port, and phones that exist only here.

    Each SMS that comes is printed, long ones put together. While it runs, type:
      mo +447700900123 447700900999 Hello there    a person texts one of your numbers
      hangup                                       drop every connection
      port, sessions                               where it listens, who is bound
      counts                                       what it has done
      set receipt-state UNDELIV                    as the options: latency, receipt-delay, receipt-state,
                                                   throttle-above, reject, hang-up-after, silent on|off
      quit
    """)
{
    port, address, systemId, password, latency, receiptDelay, receiptState, throttleAbove, reject, hangUpAfter, silent,
    json,
};

root.SetAction((parsed, stopping) =>
{
    (CommandStatus status, string destinations) = parsed.GetValue(reject);
    var behaviour = new SmscBehaviour
    {
        SubmitDelay = parsed.GetValue(latency),
        ReceiptDelay = parsed.GetValue(receiptDelay),
        ReceiptState = parsed.GetValue(receiptState),
        ThrottleAboveRate = parsed.GetValue(throttleAbove),
        RejectStatus = status,
        RejectDestinations = destinations ?? "*",
        HangUpAfter = parsed.GetValue(hangUpAfter),
        Silent = parsed.GetValue(silent),
    };
    var options = new SmscSimulatorOptions
    {
        SystemId = parsed.GetValue(systemId),
        Password = parsed.GetValue(password),
        Behaviour = behaviour,
    };
    var desk = new Desk(Console.In, Console.Out, parsed.GetValue(json));
    return desk.RunAsync(options, new IPEndPoint(parsed.GetValue(address)!, parsed.GetValue(port)), stopping);
});

return await root.Parse(args).InvokeAsync();
