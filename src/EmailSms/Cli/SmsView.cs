using EmailSms.Queue;

namespace EmailSms.Cli;

/// <summary>An SMS as the commands show it. Admins asked for it by name, so numbers and texts are whole here.</summary>
internal sealed record SmsView(
    Guid Id,
    string Created,
    string To,
    string? SenderId,
    string From,
    string Text,
    string Encoding,
    int Parts,
    string Class,
    string State,
    string Since,
    string? Reason,
    string? Carrier,
    int Attempts,
    string Due,
    string Expires,
    string? Subject)
{
    public static SmsView Of(SmsRecord sms) => new(
        sms.Id, JsonOutput.Time(sms.CreatedMs), sms.To.E164, sms.SenderId.Length > 0 ? sms.SenderId : null, sms.Mailbox,
        sms.Body, sms.Encoding, sms.Parts, SmsRecord.ClassText(sms.Class), SmsRecord.StateText(sms.State),
        JsonOutput.Time(sms.StateMs), sms.Reason, sms.Carrier, sms.Attempts, JsonOutput.Time(sms.DueMs),
        JsonOutput.Time(sms.ExpiresMs), sms.Subject);

    public static string Line(SmsRecord sms)
    {
        string text = sms.Body.ReplaceLineEndings(" ");
        if (text.Length > 50) text = text[..49] + "…";
        return $"{sms.Id}  {JsonOutput.Time(sms.CreatedMs)}  {SmsRecord.StateText(sms.State),-9}  {sms.To.E164,-16}  "
            + $"{sms.Mailbox}  {text}";
    }
}
