using System.Collections.Frozen;
using System.Globalization;

namespace EmailSms.Smpp.Simulation;

/// <summary>What <c>set NAME VALUE</c> knows: how each value is written, and what it changes.</summary>
internal static class BehaviourSettings
{
    private const string Delays = "a delay such as 50ms, 2s, uniform 10ms 200ms, normal 80ms 20ms or exponential 1s";
    private const string Count = "a whole number; 0 turns it off";
    private const string OnOff = "on or off";

    private static readonly FrozenDictionary<string, Setting> All = new Dictionary<string, Setting>
    {
        ["latency"] = Setting.Of<Delay>(Delays, Delay.TryParse, (b, delay) => b.SubmitDelay = delay),
        ["receipt-delay"] = Setting.Of<Delay>(Delays, Delay.TryParse, (b, delay) => b.ReceiptDelay = delay),
        ["receipt-state"] = Setting.Of<MessageState?>(
            "a state such as DELIVRD, or none", SimulatorWords.TryState, (b, state) => b.ReceiptState = state),
        ["throttle-above"] = Setting.Of<double>(
            "submits a second; 0 turns it off", TryRate, (b, rate) => b.ThrottleAboveRate = rate),
        ["acceleration"] = Setting.Of<double>(
            "a number; 86400 makes a day a second", TryRate, (b, factor) => b.Acceleration = factor),
        ["bind-status"] = Setting.Of<CommandStatus>(
            "a status such as ESME_RBINDFAIL or 0x0D; ESME_ROK takes binds again", SimulatorWords.TryStatus,
            (b, status) => b.BindStatus = status),
        ["reject"] = Setting.Of<(CommandStatus, string)>(
            "a status such as 0x0B, or 0x0B@4477* for some destinations; ESME_ROK takes all again",
            SimulatorWords.TryRejection, (b, rejection) => (b.RejectStatus, b.RejectDestinations) = rejection),
        ["hang-up-after"] = Setting.Of<int>(Count, TryCount, (b, count) => b.HangUpAfter = count),
        ["wrong-sequence"] = Setting.Of<int>(Count, TryCount, (b, count) => b.Wire.WrongSequenceEvery = count),
        ["unknown-command"] = Setting.Of<int>(Count, TryCount, (b, count) => b.Wire.UnknownCommandEvery = count),
        ["garbage-every"] = Setting.Of<int>(Count, TryCount, (b, count) => b.Wire.GarbageEvery = count),
        ["read-octets-per-second"] = Setting.Of<int>(
            Count, TryCount, (b, octets) => b.Wire.ReadOctetsPerSecond = octets),
        ["silent"] = Setting.Of<bool>(OnOff, TryFlag, (b, isOn) => b.Silent = isOn),
        ["receipt-first"] = Setting.Of<bool>(OnOff, TryFlag, (b, isOn) => b.ReceiptFirst = isOn),
        ["half-open"] = Setting.Of<bool>(OnOff, TryFlag, (b, isOn) => b.Wire.HalfOpen = isOn),
        ["octet-by-octet"] = Setting.Of<bool>(OnOff, TryFlag, (b, isOn) => b.Wire.OctetByOctet = isOn),
        ["several-in-a-packet"] = Setting.Of<bool>(OnOff, TryFlag, (b, isOn) => b.Wire.SeveralInAPacket = isOn),
        ["no-enquire-link-answer"] = Setting.Of<bool>(OnOff, TryFlag, (b, isOn) => b.Wire.NoEnquireLinkAnswer = isOn),
    }.ToFrozenDictionary();

    private delegate bool TryRead<T>(string text, out T value);

    /// <summary>Sets it; null, or why not in a sentence.</summary>
    public static string? Set(SmscBehaviour behaviour, string name, string value)
    {
        if (!All.TryGetValue(name, out Setting? setting))
            return $"There is no '{name}'; known are {string.Join(", ", All.Keys.Order(StringComparer.Ordinal))}.";
        return setting.Set(behaviour, value) ? null : $"{name} takes {setting.Wants}, and not '{value}'.";
    }

    private static bool TryRate(string text, out double rate) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out rate);

    private static bool TryCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private static bool TryFlag(string text, out bool isOn)
    {
        isOn = text == "on";
        return text is "on" or "off";
    }

    private sealed record Setting(string Wants, Func<SmscBehaviour, string, bool> Set)
    {
        public static Setting Of<T>(string wants, TryRead<T> read, Action<SmscBehaviour, T> set) =>
            new(wants, (behaviour, text) =>
            {
                if (!read(text, out T value)) return false;
                set(behaviour, value);
                return true;
            });
    }
}
