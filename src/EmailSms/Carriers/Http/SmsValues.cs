using EmailSms.Messages;
using EmailSms.Smpp.Text;

namespace EmailSms.Carriers.Http;

/// <summary>
/// What the templates of a request take: the SMS, and the values of the carrier's settings. For a trace the secrets
/// among them are stars, so that no encoding of theirs can show them.
/// </summary>
internal sealed class SmsValues(
    HttpSettings settings, OutgoingSms sms, string reference, string callback, DateTimeOffset now,
        bool isMasked = false)
{
    private SegmentedText? _segments;

    private SegmentedText Segments => _segments ??= SmsSegmenter.Split(sms.Body);

    public object? Get(string name) => name switch
    {
        "to" => sms.To.E164,
        "from" => sms.SenderId.Length > 0 ? sms.SenderId : settings.SenderId,
        "text" => sms.Body,
        "id" => sms.Id.ToString(),
        "reference" => reference,
        "callback" => callback,
        "validity" => Left(),
        "expires" => DateTimeOffset.FromUnixTimeMilliseconds(sms.ExpiresMs),
        "class" => sms.Class.ToString().ToLowerInvariant(),
        "urgent" => sms.Class is SmsClass.Urgent ? "true" : null,
        "flash" => sms.Class is SmsClass.Flash ? "true" : null,
        "unicode" => Segments.Encoding is SmsEncoding.Ucs2 ? "true" : null,
        "gsmText" => Segments.Encoding is SmsEncoding.Ucs2 ? null : sms.Body,
        "ucs2Text" => Segments.Encoding is SmsEncoding.Ucs2 ? sms.Body : null,
        "parts" => (long)Segments.Parts.Count,
        "campaign" or "dltEntity" or "dltTemplate" or "dltTelemarketer" => sms.Registration?.Value(name),
        _ => settings.Value(name, isMasked),
    };

    private TimeSpan Left()
    {
        TimeSpan left = DateTimeOffset.FromUnixTimeMilliseconds(sms.ExpiresMs) - now;
        return left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
    }
}
