using System.Collections.Concurrent;
using System.Net;
using System.Text;
using EmailSms.Carriers;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What a carrier has of its own is a setting, and seen on the wire.</summary>
public sealed class A_carrier_has_habits : IAsyncLifetime
{
    private static readonly string LongText = string.Concat(Enumerable.Range(0, 50).Select(i => $"word {i} "));

    private const string Flash = $"{TestGateway.Phone}+class=flash";

    private readonly ConcurrentQueue<(SubmitSm Submit, string Session)> _submits = new();
    private readonly ConcurrentQueue<BindRequest> _binds = new();
    private SmppServer _smsc = null!;
    private SmppServer _other = null!;
    private TestGateway _test = null!;
    private Func<SubmitSm, SubmitReply> _answer = _ => SubmitReply.Accept("");
    private int _ids;

    public ValueTask InitializeAsync()
    {
        _answer = _ => SubmitReply.Accept($"{Interlocked.Increment(ref _ids)}");
        (_smsc, _other) = (Smsc(), Smsc());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_test is not null) await _test.DisposeAsync();
        await _smsc.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Two_binds_share_the_SMS_and_the_parts_of_one_stay_on_one()
    {
        await StartAsync(carrier => carrier.Binds = 2);
        await TestGateway.UntilAsync(() => Status().Binds.All(bind => bind.State == "bound"));
        for (int i = 0; i < 6; i++) await _test.SendAsync(TestGateway.Mail($"{i} {LongText}".Trim()));
        await TestGateway.UntilAsync(() => _test.CountIn("sent") == 6);

        Assert.Equal(2, _submits.Select(one => one.Session).Distinct().Count());
        Assert.All(
            _submits.GroupBy(one => Concatenation.TryRead(one.Submit)!.Reference & 0xFF),
            text => Assert.Single(text.Select(one => one.Session).Distinct()));
        Assert.Equal(6 * 3, Status().Binds.Sum(bind => bind.Accepted));
        Assert.All(Status().Binds, bind => Assert.NotNull(bind.RoundTripMs));
    }

    [Fact]
    public async Task A_transmitter_sends_and_a_receiver_receives()
    {
        await StartAsync(carrier =>
        {
            carrier.BindType = BindPairing.TransmitterAndReceiver;
            carrier.ReceiverPort = _other.Endpoint.Port;
            carrier.InterfaceVersion = "5.0";
            carrier.AddressRange = "44*";
            carrier.SystemType = "EXT";
        });
        await TestGateway.UntilAsync(() => Status().Binds.All(bind => bind.State == "bound"));
        await _test.SendAsync(TestGateway.Mail("Hello"));
        await _test.SmsInStateAsync(SmsState.Sent);

        Assert.Equal(["Receiver", "Transmitter"], _binds.Select(bind => bind.Type.ToString()).Order());
        Assert.All(_binds, bind => Assert.Equal(
            (0x50, "44*", "EXT"), (bind.InterfaceVersion, bind.AddressRange.Digits, bind.SystemType)));
        Assert.Equal([BindType.Transmitter], _smsc.Sessions.Select(session => session.BindType));
        Assert.Equal([BindType.Receiver], _other.Sessions.Select(session => session.BindType));
        Assert.Equal(["transmitter", "receiver"], Status().Binds.Select(bind => bind.Type));
    }

    [Fact]
    public async Task Its_fields_are_as_it_wants_them()
    {
        await StartAsync(carrier =>
        {
            carrier.ServiceType = "OTP";
            carrier.Priority = 2;
            carrier.SenderId = "Clinic";
            carrier.SourceNumberType = "2/8";
            carrier.DestinationType = "0/1";
            carrier.Flash = FlashMark.DestAddrSubunit;
            carrier.SendValidity = false;
            carrier.Tlvs["0x1400"] = "text:1101";
            carrier.Tlvs["5121"] = "u16:258";
        });
        await _test.SendAsync(TestGateway.Mail("Hello", to: Flash));
        await _test.SmsInStateAsync(SmsState.Sent);

        SubmitSm submit = Assert.Single(_submits).Submit;
        Assert.Equal(("OTP", 2, ""), (submit.ServiceType, submit.PriorityFlag, submit.ValidityPeriod));
        Assert.Equal(new SmppAddress(2, 8, "447700900999"), submit.Source); // the own number goes before the name
        Assert.Equal(new SmppAddress(0, 1, "447700900123"), submit.Destination);
        Assert.Equal("1101\0", Encoding.ASCII.GetString(submit.FindTlv(0x1400)!.Value.Value.Span));
        Assert.Equal(258u, submit.FindTlv(0x1401)!.Value.Number);
        Assert.Equal(1u, submit.FindTlv(TlvTag.DestAddrSubunit)!.Value.Number);
    }

    [Theory]
    [InlineData(Segmentation.Udh8, 3)]
    [InlineData(Segmentation.Udh16, 3)]
    [InlineData(Segmentation.Sar, 3)]
    [InlineData(Segmentation.Payload, 1)]
    public async Task Long_texts_go_as_it_takes_them_and_are_delivered_when_all_submits_are(
        Segmentation segmentation, int submits)
    {
        await StartAsync(carrier => carrier.LongTexts = segmentation);
        await _test.SendAsync(TestGateway.Mail(LongText));
        SmsRecord sms = await _test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal(submits, _submits.Count);
        using var whole = new MessageReassembler();
        ReassembledText? text = null;
        Assert.All(_submits, one => _ = whole.TryAdd("", one.Submit, out text));
        Assert.Equal(LongText.Trim(), text!.Text);

        for (int id = 1; id <= submits; id++) await ReceiptAsync($"id:{id} stat:DELIVRD err:000");
        Assert.Equal(sms.Id, (await _test.SmsInStateAsync(SmsState.Delivered)).Id);
    }

    [Theory]
    [InlineData("DataCoding", "Hello", 0x10)]
    [InlineData("DataCoding", "Привет", 0x18)]
    [InlineData("None", "Hello", 0xF1)]
    public async Task Its_data_coding_is_as_it_wants_it(string flash, string text, int dataCoding)
    {
        await StartAsync(carrier => (carrier.Flash, carrier.DataCoding) = (Enum.Parse<FlashMark>(flash), 0xF1));
        await _test.SendAsync(TestGateway.Mail(text, to: Flash));
        await _test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal(dataCoding, Assert.Single(_submits).Submit.DataCoding);
    }

    [Fact]
    public async Task Its_default_alphabet_counts_both_ways()
    {
        await StartAsync(carrier => carrier.Alphabet = DefaultAlphabet.Latin1);
        await _test.SendAsync(TestGateway.Mail("£5 à la carte"));
        await _test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal("£5 à la carte", Encoding.Latin1.GetString(Assert.Single(_submits).Submit.ShortMessage.Span));

        await DeliverAsync(new DeliverSm { ShortMessage = Encoding.Latin1.GetBytes("Bon appétit @ 8") });
        Assert.Contains("Bon appétit @ 8", (await _test.NextMailAsync()).Mail.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MessageIdMode.Auto, "00000000000BB860", "768096")]
    [InlineData(MessageIdMode.ResponseHexReceiptDecimal, "812FC7470000001B", "9308878062554710043")]
    [InlineData(MessageIdMode.ResponseDecimalReceiptHex, "768096", "bb860")]
    public async Task Its_ids_are_hexadecimal_here_and_decimal_there(MessageIdMode mode, string id, string receipt)
    {
        _answer = _ => SubmitReply.Accept(id);
        await StartAsync(carrier => carrier.MessageIds = mode);
        await _test.SendAsync(TestGateway.Mail("Hello"));
        await _test.SmsInStateAsync(SmsState.Sent);
        await ReceiptAsync($"id:{receipt} stat:DELIVRD err:000");
        await _test.SmsInStateAsync(SmsState.Delivered);
    }

    [Fact]
    public async Task Its_receipts_come_over_any_bind_and_one_that_nobody_knows_is_taken_all_the_same()
    {
        await StartAsync(carrier => carrier.Binds = 2);
        await TestGateway.UntilAsync(() => Status().Binds.All(bind => bind.State == "bound"));
        await _test.SendAsync(TestGateway.Mail("Hello"));
        await _test.SmsInStateAsync(SmsState.Sent);
        SmppServerSession other = Assert.Single(
            _smsc.Sessions, session => session.Name != Assert.Single(_submits).Session);
        await ReceiptAsync("id:nobodys stat:DELIVRD err:000", other); // a refusal would block those behind it
        await ReceiptAsync("id:1 stat:DELIVRD err:000", other);
        await _test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal(1, _test.Store.Read(Receipts.CountWaiting));
    }

    [Fact]
    public async Task Its_receipts_have_a_form_and_errors_of_their_own()
    {
        await StartAsync(carrier =>
        {
            carrier.ReceiptPattern = @"^(?<stat>[^,]*),[^,]*,[^,]*,[^,]*,\d+,(?<err>\d*),(?<id>\w+)$";
            carrier.ReceiptStates["21"] = nameof(MessageState.Undeliverable);
            carrier.ReceiptErrors["8000"] = "5.1.6 The number has been ported away.";
        });
        await _test.SendAsync(TestGateway.Mail("Hello"));
        await _test.SmsInStateAsync(SmsState.Sent);
        await ReceiptAsync("21,0210021543,0210021500,,447700900123,8000,1");
        await _test.SmsInStateAsync(SmsState.Failed);
        var report = (Multipart)(await _test.NextMailAsync()).Mail.Body!;
        Assert.Contains("\nThe number has been ported away.", ((TextPart)report[0]).Text, StringComparison.Ordinal);
        HeaderList fields = Assert.IsType<MessageDeliveryStatus>(report[1]).StatusGroups[1];
        Assert.Equal(("failed", "5.1.6"), (fields["Action"], fields["Status"]));
    }

    [Fact]
    public async Task Its_statuses_mean_what_its_table_says()
    {
        var statuses = new ConcurrentQueue<uint>([0x401, 0x402]);
        _answer = _ => statuses.TryDequeue(out uint status)
            ? SubmitReply.Reject((CommandStatus)status)
            : SubmitReply.Reject((CommandStatus)0x403);
        await StartAsync(carrier =>
        {
            carrier.Errors["1025"] = "Throttled";
            carrier.Errors["0x402"] = "Temporary";
            carrier.Errors["0x403"] = "OptedOut";
        });
        PhoneNumber phone = PhoneNumber.FromE164(TestGateway.Phone);
        await _test.Store.WriteAsync(
            db => Consents.Add(db, new Consent(phone, "marketing", 1, "paper", null, null, null)));
        await _test.SendAsync(TestGateway.Mail("Hello"));
        SmsRecord sms = await _test.SmsInStateAsync(SmsState.Failed);
        Assert.False(new Consents(_test.Store).Holds(phone, "marketing"));

        Assert.Equal(("smpp:0x00000403", 1), (sms.Reason, sms.Attempts)); // throttled is no attempt
        Assert.Equal(3, _submits.Count);
        Assert.Contains(
            "opted out", (await _test.SendRefusedAsync(TestGateway.Mail("Hi"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_knows_us_no_more_and_is_paused_until_somebody_looks()
    {
        _answer = _ => SubmitReply.Reject(CommandStatus.InvalidSystemId);
        await StartAsync(_ => { });
        await _test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => Status().Paused is not null);

        Assert.Equal(("paused", Pause.OurOwn, "smpp:ESME_RINVSYSID"), (
            Status().State, Status().Paused!.By, Status().Paused!.Reason));
        Assert.Single(_test.Store.Read(Pauses.List));
        await _test.SendAsync(TestGateway.Mail("Another"));
        Assert.Equal(2, _test.CountIn("queued"));
        Assert.Single(_submits);
    }

    private CarrierStatus Status() => Assert.Single(_test.Gateway.Carriers.All).Status;

    private async Task StartAsync(Action<CarrierOptions> change) =>
        _test = await TestGateway.StartAsync(settings =>
        {
            settings.Carriers["main"].Port = _smsc.Endpoint.Port;
            change(settings.Carriers["main"]);
        }, draft => draft with { Options = "class" });

    private Task ReceiptAsync(string text, SmppServerSession? session = null) => DeliverAsync(
        new DeliverSm { EsmClass = EsmClass.Receipt, ShortMessage = Encoding.ASCII.GetBytes(text) }, session);

    private async Task DeliverAsync(DeliverSm message, SmppServerSession? session = null)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        Assert.IsType<SubmitResult.Accepted>(await (session ?? _smsc.Sessions[0]).SendAsync(
            message with
            {
                Source = SmppAddress.FromE164(TestGateway.Phone),
                Destination = SmppAddress.FromE164(TestGateway.OwnNumber),
            },
            deadline.Token));
    }

    private SmppServer Smsc()
    {
        var smsc = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance)
        {
            Bind = (bind, _, _) =>
            {
                _binds.Enqueue(bind);
                return ValueTask.FromResult(CommandStatus.Ok);
            },
            Submit = (session, submit, _) =>
            {
                _submits.Enqueue((submit, session.Name));
                return ValueTask.FromResult(_answer(submit));
            },
        };
        smsc.Start(new IPEndPoint(IPAddress.Loopback, 0));
        return smsc;
    }
}
