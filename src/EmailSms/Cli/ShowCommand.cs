using System.CommandLine;
using System.Text.Json;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms show</c>: one SMS with every event from mail to reply.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Id = new("id")
    {
        Description = "The id from the answer to DATA, a notice or the list; a part that names only one will do.",
    };

    public static Command Build()
    {
        var command = new Command("show", "Show an SMS and everything that happened to it.") { Id };
        command.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(Run(parsed, store))));
        return command;
    }

    private static int Run(ParseResult parsed, SqliteStore store)
    {
        string id = parsed.GetValue(Id)!.Trim().ToLowerInvariant();
        SmsRecord? whole = Guid.TryParse(id, out Guid guid) ? store.Read(db => SmsRecord.Find(db, guid)) : null;
        List<SmsRecord> found = whole is not null
            ? [whole]
            : store.Read(db => SmsRecord.Search(db, new SmsSearch(IdPart: id, Limit: 2)));
        if (found.Count != 1)
        {
            Console.Error.WriteLine(found.Count == 0
                ? $"There is no SMS {id}."
                : $"More than one SMS has {id} in its id.");
            return CommandLine.Failed;
        }

        SmsRecord sms = found[0];
        List<EventView> events = store.Read(db => Timeline.Of(db, sms.Id).ConvertAll(line => View(db, line)));
        PhoneNetwork? network = store.Read(db => PhoneNetworks.Find(db, sms.To));
        List<SmsCost> costs = store.Read(db => Costs.Of(db, sms.Id));
        List<(string Carrier, int Part, string Raw)> receipts = store.Read(db => Receipts.RawOf(db, sms.Id));
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                sms = SmsView.Of(sms),
                network = NetworkView.Of(network),
                costs = costs.Select(one => new
                {
                    one.Carrier,
                    one.Parts,
                    estimated = CostView.Of(one.Estimated),
                    real = CostView.Of(one.Real),
                }),
                receipts = receipts.Select(one => new { one.Carrier, one.Part, one.Raw }),
                events,
            });
            return CommandLine.Done;
        }

        Console.Out.WriteLine($"SMS      {sms.Id}");
        Console.Out.WriteLine($"to       {sms.To.E164}{(sms.SenderId.Length > 0 ? $" as {sms.SenderId}" : "")}");
        if (network is not null) Console.Out.WriteLine($"network  {NetworkView.Text(network)}");
        Console.Out.WriteLine($"from     {(sms.Mailbox.Length > 0 ? sms.Mailbox : "EmailSms itself")}");
        if (!string.IsNullOrEmpty(sms.Subject)) Console.Out.WriteLine($"subject  {sms.Subject}");
        Console.Out.WriteLine($"state    {SmsRecord.StateText(sms.State)}{(sms.Reason is { } why ? $" ({why})" : "")}");
        if (sms.State is SmsState.Queued && sms.DueMs > sms.CreatedMs)
        {
            Console.Out.WriteLine($"due      {JsonOutput.Time(sms.DueMs)}");
        }

        if (sms.Class is not SmsClass.Normal) Console.Out.WriteLine($"class    {SmsRecord.ClassText(sms.Class)}");
        Console.Out.WriteLine($"text     {sms.Parts} part(s), {sms.Encoding}");
        Console.Out.WriteLine("         " + sms.Body.ReplaceLineEndings("\n         "));
        foreach (SmsCost cost in costs.Where(one => one.Estimated.Count + one.Real.Count > 0))
        {
            Console.Out.WriteLine(
                $"cost     {cost.Carrier}: estimated {CostView.Text(cost.Estimated, cost.Parts)}, "
                + $"real {CostView.Text(cost.Real, cost.Parts)}");
        }

        foreach ((string carrier, _, string raw) in receipts)
        {
            Console.Out.WriteLine($"receipt  {carrier}: {raw.ReplaceLineEndings(" ")}");
        }

        Console.Out.WriteLine();
        foreach (EventView line in events) Console.Out.WriteLine(line);
        return CommandLine.Done;
    }

    private static EventView View(StoreSession db, TimelineEvent line)
    {
        using JsonDocument detail = JsonDocument.Parse(line.Detail);
        bool isReply = detail.RootElement.TryGetProperty("reply", out JsonElement id);
        InboxEntry? reply = isReply && id.TryGetGuid(out Guid known) ? Inbox.Find(db, known) : null;
        return new EventView(JsonOutput.Time(line.AtMs), line.Kind, detail.RootElement.Clone(), reply?.Text);
    }

    /// <summary>One line of the timeline; a reply with the text that the person sent.</summary>
    private sealed record EventView(string At, string Kind, JsonElement Detail, string? Text)
    {
        public override string ToString()
        {
            IEnumerable<string> fields = Detail.EnumerateObject()
                .Where(field => field.Value.ValueKind is not JsonValueKind.Null)
                .Select(field => $"{field.Name}={field.Value}");
            string text = Text is null ? "" : $" \"{Text.ReplaceLineEndings(" ")}\"";
            return $"{At}  {Kind,-11} {string.Join("  ", fields)}{text}";
        }
    }
}
