using EmailSms.Carriers;
using EmailSms.Cli;
using EmailSms.Messages;
using EmailSms.Smpp;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Tests.Carriers;

public sealed class CarrierOptionsTests
{
    [Theory]
    [InlineData("Tlvs:x1", "text:1", "such as 0x1400")]
    [InlineData("Tlvs:70000", "text:1", "such as 0x1400")]
    [InlineData("Tlvs:0x1400", "1101", "text:…")]
    [InlineData("Tlvs:0x1400", "u8:256", "u8:…")]
    [InlineData("Tlvs:0x1400", "hex:abc", "hex:…")]
    [InlineData("Errors:ESME_RNOSUCH", "Permanent", "no status")]
    [InlineData("Errors:0", "Permanent", "no status")]
    [InlineData("Errors:1025", "Uncertain", "one of Throttled")]
    [InlineData("Errors:1025", "4", "one of Throttled")]
    [InlineData("Languages:0", "Klingon", "Turkish")]
    [InlineData("Languages:0", "Default", "Turkish")]
    [InlineData("ReceiptPattern", "(?<id>", "no regular expression")]
    [InlineData("ReceiptStates:00", "Delivered", "there is none")]
    [InlineData("ReceiptErrors:32", "5.1.1", "A sentence stands behind the status")]
    [InlineData("ReceiptErrors:32", "2.1.5 There.", "begin with 4 or 5")]
    [InlineData("SourceNumberType", "1", "such as 1/1")]
    [InlineData("DestinationType", "9/1", "such as 1/1")]
    [InlineData("InterfaceVersion", "3.5", "3.3, 3.4 or 5.0")]
    [InlineData("Tls:Pins:0", "abc", "64 hexadecimal")]
    [InlineData("Tls:TrustPinsAlone", "true", "no pins")]
    [InlineData("Tls:CaFile", "/no/such/file.pem", "There is no file")]
    [InlineData("NetworkTlvs:0", "mccmnc", "such as 0x1503")]
    [InlineData("BareNumbers", "Local", "one of Auto, International, National")]
    [InlineData("Preset", "acme", "known are generic")]
    [InlineData("Unknown", "Maybe", "one of Resend, Hold")]
    public void What_cannot_be_is_refused_with_its_key_and_what_would_be_right(string key, string value, string word)
    {
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read((key, value));
        Assert.Null(settings);
        SettingError error = Assert.Single(errors);
        Assert.StartsWith($"Carriers:main:{key.Split(':')[0]}", error.Key, StringComparison.Ordinal);
        Assert.Contains(word, error.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_lies_under_what_the_carrier_says_itself()
    {
        CarrierOptions preset = Read(("Preset", "PAIR")).Settings!.Carriers["main"];
        Assert.Equal((BindPairing.TransmitterAndReceiver, 2775), (preset.BindType, preset.Port));
        CarrierOptions tls = Read(("Preset", "tls-3550"), ("Port", "3551")).Settings!.Carriers["main"];
        Assert.Equal((3551, true), (tls.Port, tls.Tls.Enabled));
        CarrierOptions own = Read(("Preset", "pair"), ("BindType", "Transceiver")).Settings!.Carriers["main"];
        Assert.Equal(BindPairing.Transceiver, own.BindType);
    }

    [Fact]
    public void Every_preset_is_a_valid_carrier_and_says_where_it_is_known_from()
    {
        Assert.All(CarrierPresets.All, preset =>
        {
            Assert.Empty(Read(("Preset", preset.Key)).Errors);
            Assert.NotEmpty(preset.Value.Source);
            Assert.NotEmpty(preset.Value.About);
        });
    }

    [Fact]
    public void Every_timer_and_limit_of_the_library_is_a_setting_with_its_default()
    {
        CarrierOptions options = Read().Settings!.Carriers["main"];
        var library = new SmppClientOptions { Host = "127.0.0.1", SystemId = "test" };
        Assert.Equal(library, CarrierBinds.Of(options).Bind);

        string[] notOurs = [nameof(SmppClientOptions.Outbind), nameof(SmppClientOptions.BindType)];
        (string, string)[] session = [.. typeof(CarrierSessionOptions).GetProperties().Select(property =>
            ($"Session:{property.Name}", property.PropertyType == typeof(TimeSpan) ? "00:00:04"
                : property.Name == nameof(CarrierSessionOptions.DeliverConcurrencyMax) ? "7" : "2048"))];
        (string, string)[] others =
        [
            ("AnswerMax", "00:00:04"), ("EnquireLinkIdle", "00:00:04"), ("ReconnectMax", "00:00:04"), ("Window", "7"),
            ("AdaptRate", "false"), ("MoreMessagesToSend", "true"), ("Host", "h"), ("Port", "1"), ("SystemId", "s"),
            ("Password", "p"), ("SystemType", "t"), ("InterfaceVersion", "5.0"), ("AddressRange", "1"),
            ("Tls:Enabled", "true"),
        ];
        (GatewaySettings? settings, IReadOnlyList<SettingError> errors) = Read([.. session, .. others]);
        Assert.Empty(errors);
        SmppClientOptions bind = CarrierBinds.Of(settings!.Carriers["main"]).Bind;
        Assert.All(
            typeof(SmppClientOptions).GetProperties().Where(property => !notOurs.Contains(property.Name)),
            property => Assert.NotEqual(property.GetValue(library), property.GetValue(bind)));
    }

    [Theory]
    [InlineData(CommandStatus.Throttled, nameof(FailureClass.Throttled))]
    [InlineData(CommandStatus.MessageQueueFull, nameof(FailureClass.Throttled))]
    [InlineData(CommandStatus.SystemError, nameof(FailureClass.Temporary))]
    [InlineData(CommandStatus.InvalidBindStatus, nameof(FailureClass.Temporary))]
    [InlineData(CommandStatus.AlreadyBound, nameof(FailureClass.Temporary))]
    [InlineData(CommandStatus.InvalidPassword, nameof(FailureClass.Authentication))]
    [InlineData(CommandStatus.InvalidDestinationAddress, nameof(FailureClass.Permanent))]
    [InlineData(CommandStatus.Prohibited, nameof(FailureClass.Permanent))]
    [InlineData((CommandStatus)0x4FF, nameof(FailureClass.Temporary))]
    public void A_status_has_one_meaning(CommandStatus status, string meaning) =>
        Assert.Equal(meaning, SmppFailures.Of(status).Class.ToString());

    [Fact]
    public void And_the_carrier_s_own_goes_before()
    {
        CarrierOptions options = Read(
            ("Errors:ESME_RSYSERR", "permanent"), ("Errors:1279", "Temporary"), ("Errors:0x5b", "OptedOut"))
            .Settings!.Carriers["main"];
        IReadOnlyDictionary<CommandStatus, FailureClass> errors = CarrierTerms.Read(options).Errors;
        Assert.Equal(FailureClass.Permanent, SmppFailures.Of(CommandStatus.SystemError, errors).Class);
        Assert.Equal(FailureClass.OptedOut, SmppFailures.Of((CommandStatus)0x5B, errors).Class);
        Assert.Equal(3, SmppFailures.Of((CommandStatus)0x4FE, errors).AttemptsMax);
        Assert.Null(SmppFailures.Of((CommandStatus)0x4FF, errors).AttemptsMax); // it was said that it may pass
    }

    private static (GatewaySettings? Settings, IReadOnlyList<SettingError> Errors) Read(
        params (string Key, string Value)[] carrier) => SettingsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Smtp:Listen:0"] = "127.0.0.1:0",
                ["Addresses:Domains:0"] = "sms.example",
                ["Replies:DefaultMailbox"] = "office@clinic.example",
                ["Carriers:main:Host"] = "127.0.0.1",
                ["Carriers:main:SystemId"] = "test",
            })
            .AddInMemoryCollection(carrier.ToDictionary(
                one => $"Carriers:main:{one.Key}", one => (string?)one.Value))
            .Build());
}
