using EmailSms.Composing;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Smpp.Text;
using EmailSms.Smtp;

namespace EmailSms.Cli;

/// <summary>What would become of a mail, as <c>emailsms try</c> shows it.</summary>
/// <param name="Accepted">Every address and the mail itself would be answered 250.</param>
/// <param name="Recipients">What RCPT would answer to each address.</param>
/// <param name="Refusal">What DATA would answer if the mail itself is refused.</param>
/// <param name="Sms">What each number would get.</param>
internal sealed record TryView(
    bool Accepted, IReadOnlyList<TryRecipient> Recipients, string? Refusal, IReadOnlyList<TrySms> Sms)
{
    public static TryView Of(DryRunAnswer answer, Func<DryRunSms, TryRoute> routeOf) => new(
        answer.Refusal is null && answer.Recipients.All(one => one.Reply.Code < 300),
        [.. answer.Recipients.Select(TryRecipient.Of)],
        answer.Refusal is { } no ? Line(no) : null,
        [.. answer.Sms.Select(sms => TrySms.Of(sms, routeOf(sms)))]);

    public void Print(TextWriter output)
    {
        foreach (TryRecipient recipient in Recipients)
        {
            output.WriteLine($"RCPT {recipient.Address}: {recipient.Reply}");
            foreach (string number in recipient.Numbers) output.WriteLine($"     {number}");
        }

        if (Refusal is not null) output.WriteLine($"DATA {Refusal}");
        foreach (TrySms sms in Sms)
        {
            output.WriteLine();
            sms.Print(output);
        }
    }

    internal static string Line(SmtpReply reply) => $"{reply.Code} {reply.EnhancedCode} {reply.Text}";
}

/// <summary>An address of the envelope, the answer to it, and the numbers it means.</summary>
internal sealed record TryRecipient(string Address, string Reply, IReadOnlyList<string> Numbers)
{
    public static TryRecipient Of(DryRunRecipient one) => new(
        one.Address, TryView.Line(one.Reply), [.. one.Numbers.Select(number => number.Number.E164)]);
}

/// <summary>The way that an SMS would take. Which carriers are connected, only a gateway that runs can tell.</summary>
/// <param name="Name">The route that fits; null: none does.</param>
/// <param name="Carriers">Those that would be asked, in this order, the paused ones left out.</param>
/// <param name="Price">Of the whole text over the first of them; null: not known.</param>
internal sealed record TryRoute(string? Name, IReadOnlyList<string> Carriers, string? Price)
{
    public void Print(TextWriter output)
    {
        output.WriteLine(Carriers.Count == 0
            ? "  over      no carrier: it would wait, or emailsms route says why none may have it"
            : $"  over      {string.Join(", then ", Carriers)}{(Name is null ? "" : $" (route {Name})")}");
        if (Carriers.Count > 0) output.WriteLine($"  price     {Price ?? "not known"}");
    }
}

/// <summary>What one number would get.</summary>
internal sealed record TrySms(
    string To, long Rule, string? RuleName, string Proof, string? Authentication, string Class, string? SenderId,
    string? Due, IReadOnlyList<TryText> Texts, IReadOnlyList<TryRemoval> Removed, string? LeftOut,
    string? TemplateMistake, Guid? Repeats, string? Verdict, TryRoute Route)
{
    /// <summary>It is due then because it is quiet hours where the person is until then.</summary>
    public bool WaitsForHours { get; private init; }

    /// <summary>What its SMS tell the carrier for a registry.</summary>
    public IReadOnlyList<string> Registrations { get; private init; } = [];

    /// <summary>The text is of no registered template, and goes out all the same.</summary>
    public string? Unregistered { get; private init; }

    /// <summary>What the phone's country makes of the sender ID.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    public static TrySms Of(DryRunSms sms, TryRoute route)
    {
        AcceptedRecipient recipient = sms.Text.Recipient;
        MailReading.Text reading = sms.Text.Reading;
        return new TrySms(
            recipient.Number.E164,
            recipient.Rule.Id,
            recipient.Rule.Name,
            recipient.Proof,
            sms.Authentication,
            Queue.SmsRecord.ClassText(recipient.Class),
            sms.SenderId.Length > 0 ? sms.SenderId : null,
            recipient.DueMs is { } due ? JsonOutput.Time(due) : null,
            [.. sms.Text.Fitted.All.Select(TryText.Of)],
            [.. reading.Removed.Select(one => new TryRemoval(one.Kind, one.Text))],
            sms.Text.Fitted.LeftOut.Length > 0 ? sms.Text.Fitted.LeftOut : null,
            reading.TemplateMistake,
            sms.Repeat,
            sms.Repeat is { } earlier ? $"nothing: the SMS {earlier} stands for it already"
            : sms.IsLoop ? "nothing: these words have come too often for one hour"
            : sms.IsCollected ? "collected with the others of a storm, into one SMS"
            : null,
            route)
        {
            Registrations =
                [.. sms.Text.Registrations.OfType<SmsRegistration>().Select(one => one.ToString()).Distinct()],
            WaitsForHours = recipient.WaitsForHours,
            Unregistered = sms.Text.TemplateMismatch,
            Warnings = sms.Warnings,
        };
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"{To}  by rule {Rule}{(RuleName is null ? "" : $" ({RuleName})")}");
        output.WriteLine($"  proof     {Proof}{(Authentication is null ? "" : $"; {Authentication}")}");
        if (Verdict is not null) output.WriteLine($"  becomes   {Verdict}");
        output.WriteLine($"  shown as  {SenderId ?? "what the carrier chooses"}");
        if (Class != "normal") output.WriteLine($"  class     {Class}");
        if (Due is not null)
        {
            output.WriteLine($"  due       {Due}{(WaitsForHours ? ", when quiet hours end there" : "")}");
        }

        foreach (string one in Registrations) output.WriteLine($"  registry  {one}");
        foreach (string warning in Warnings) output.WriteLine($"  warning   {warning}");
        if (Unregistered is not null) output.WriteLine($"  warning   {Unregistered}");
        foreach (TryText text in Texts) text.Print(output);
        foreach (TryRemoval one in Removed)
        {
            output.WriteLine($"  removed   {one.What.ToString().ToLowerInvariant()}: {Short(one.Text)}");
        }

        if (LeftOut is not null) output.WriteLine($"  left out  {LeftOut.Length} characters: {Short(LeftOut)}");
        if (TemplateMistake is not null) output.WriteLine($"  template  not used: {TemplateMistake}");
        Route.Print(output);
    }

    private static string Short(string text)
    {
        string line = text.Trim().ReplaceLineEndings(" ");
        return line.Length <= 80 ? line : $"{line[..79]}…";
    }
}

/// <summary>One SMS: its text, and what each part of it takes up.</summary>
/// <param name="Body">As the phone shows it.</param>
/// <param name="Encoding">See <see cref="EncodingName"/>.</param>
/// <param name="Units">Of each part: septets of GSM-7, or units of 16 bits of UCS-2.</param>
internal sealed record TryText(string Body, string Encoding, IReadOnlyList<int> Units)
{
    public static TryText Of(FittedText text)
    {
        SegmentedText parts = text.Parts;
        return new TryText(
            text.Body,
            EncodingName.Of(parts),
            [
                .. parts.Parts.Select(part => parts.Encoding is SmsEncoding.Ucs2
                    ? part.Length
                    : Gsm7.CountSeptets(part, parts.Tables) ?? part.Length),
            ]);
    }

    public void Print(TextWriter output)
    {
        string unit = Encoding == "ucs2" ? "units of 16 bits" : "septets";
        output.WriteLine(
            $"  text      {Units.Count} {(Units.Count == 1 ? "part" : "parts")}, {Encoding}, "
            + $"{string.Join(" + ", Units)} {unit}");
        output.WriteLine("            " + Body.ReplaceLineEndings("\n            "));
    }
}

/// <summary>A piece of the mail that is not in the text.</summary>
internal sealed record TryRemoval(RemovalKind What, string Text);
