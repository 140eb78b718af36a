using System.Text.Json;
using System.Text.Json.Serialization;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>Whether a country's phones show a sender ID of letters.</summary>
internal enum LettersAsSender
{
    Yes,

    /// <summary>Where they are registered; others are replaced, or the SMS is dropped.</summary>
    Registered,

    /// <summary>A number is shown in their place, or the SMS is dropped.</summary>
    No,
}

/// <summary>What carriers take as a sender ID in a country.</summary>
/// <param name="Letters">Whether letters are.</param>
/// <param name="Answers">Whether a phone there can answer a number.</param>
internal sealed record SenderIdRule(LettersAsSender Letters, bool Answers);

/// <summary>
/// What countries make of sender IDs, and what they want registered. Carriers may do otherwise, so all of it warns and
/// stops nothing.
/// </summary>
internal static class SenderIdRules
{
    private const string Resource = "senderids.json";
    private const int NamedMax = 6;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly string[] TollFree = ["800", "833", "844", "855", "866", "877", "888"];

    private static readonly IReadOnlyDictionary<string, SenderIdRule> ByRegion = Read();

    /// <summary>The countries that are known, each with its rule.</summary>
    public static IReadOnlyDictionary<string, SenderIdRule> All => ByRegion;

    /// <summary>What is to be said of an SMS, a sentence each.</summary>
    /// <param name="to">The phone.</param>
    /// <param name="senderId">What it would show; empty: the carrier chooses.</param>
    /// <param name="registration">What rule and number are registered as.</param>
    public static IEnumerable<string> WarningsFor(PhoneNumber to, string senderId, Registration registration) =>
        NumberRegion.Of(to) is { } region ? Warnings([region], [senderId], registration, wantsAnswers: false) : [];

    /// <summary>
    /// What is to be said of a rule, a sentence each, for the countries that it opens by name or prefix.
    /// </summary>
    public static IEnumerable<string> WarningsFor(SenderRule rule)
    {
        string[] senders = [.. rule.Sending.Pool, .. rule.Sending.SenderIdsOpen, rule.SenderId ?? ""];
        return Warnings(
            [.. ByRegion.Keys.Where(rule.Destinations.Opens)], senders,
            rule.Compliance.Registration ?? Registration.None, rule.Sending.Answering is Answering.Always);
    }

    private static IEnumerable<string> Warnings(
        IReadOnlyList<string> regions, IReadOnlyList<string> senders, Registration registration, bool wantsAnswers)
    {
        string[] letters = [.. senders.Where(id => id.Any(char.IsAsciiLetter)).Distinct()];
        if (letters.Length > 0)
        {
            string ids = string.Join(", ", letters);
            string[] no = [.. regions.Where(region => Is(region, LettersAsSender.No))];
            if (no.Length > 0)
            {
                yield return $"{Names(no)}: a sender ID of letters ({ids}) is replaced there or the SMS dropped; "
                    + "use a number.";
            }

            string[] registered = [.. regions.Where(region => Is(region, LettersAsSender.Registered))];
            if (registered.Length > 0)
            {
                yield return $"{Names(registered)}: a sender ID of letters ({ids}) has to be registered there.";
            }
        }

        string[] silent =
            [.. regions.Where(region => ByRegion.TryGetValue(region, out SenderIdRule? rule) && !rule.Answers)];
        if (wantsAnswers && silent.Length > 0) yield return $"{Names(silent)}: phones there mostly cannot answer.";
        if (regions.Contains("US") && registration.Campaign is null && senders.Any(IsLongCode))
        {
            yield return "US: carriers refuse numbers without a registered campaign (10DLC); give it with --campaign.";
        }

        if (regions.Contains("IN") && (registration.DltEntity is null || registration.DltTemplates is null or []))
        {
            yield return "IN: carriers want the ids of DLT; give them with --dlt-entity and --dlt-template.";
        }
    }

    private static bool Is(string region, LettersAsSender letters) =>
        ByRegion.TryGetValue(region, out SenderIdRule? rule) && rule.Letters == letters;

    private static bool IsLongCode(string senderId) =>
        senderId.StartsWith("+1", StringComparison.Ordinal) && senderId.Length == 12
        && !TollFree.Contains(senderId[2..5]);

    private static string Names(string[] regions) => regions.Length <= NamedMax
        ? string.Join(", ", regions)
        : $"{string.Join(", ", regions.Take(NamedMax))} and {regions.Length - NamedMax} more";

    private static Dictionary<string, SenderIdRule> Read()
    {
        using Stream stream = typeof(SenderIdRules).Assembly.GetManifestResourceStream(Resource)!;
        return JsonSerializer.Deserialize<Dictionary<string, SenderIdRule>>(stream, Form)!;
    }
}
