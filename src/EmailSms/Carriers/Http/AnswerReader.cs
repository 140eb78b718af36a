using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Carriers.Http;

/// <summary>What came back: a status and a text, or why nothing did.</summary>
/// <param name="Status">0: nothing came back.</param>
/// <param name="Said">Empty when nothing came back.</param>
/// <param name="Trouble">Why nothing came back; null when something did.</param>
/// <param name="MayBeSent">The request may have been read all the same.</param>
internal sealed record HttpReply(int Status, Said Said, string? Trouble, bool MayBeSent)
{
    public static HttpReply Nothing(string trouble, bool mayBeSent) =>
        new(0, new Said("", null, _ => null), trouble, mayBeSent);
}

/// <summary>What a reply makes of an SMS.</summary>
/// <param name="Outcome">As for every carrier.</param>
/// <param name="Ids">The carrier's ids, when it took the SMS.</param>
/// <param name="IsThrottled">It wants to be asked more slowly.</param>
/// <param name="RetryAfter">How long it wants to be left alone.</param>
internal sealed record HttpVerdict(
    Outcome Outcome, IReadOnlyList<string> Ids, bool IsThrottled = false, TimeSpan? RetryAfter = null)
{
    /// <summary>What the carrier takes, one for each id; empty: it does not say.</summary>
    public IReadOnlyList<Money> Prices { get; init; } = [];
}

/// <summary>
/// Reads replies as a definition says. A status is believed only beside the carrier's own words: a 429 or a 503 that a
/// proxy made up on the way says nothing of what the carrier did.
/// </summary>
internal sealed class AnswerReader(HttpDefinition definition, CodeTable ownCodes, TimeProvider time)
{
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(1);

    // The queue of a sender ID at its carrier is emptied at one SMS a second or so.
    private static readonly TimeSpan SenderPause = TimeSpan.FromSeconds(10);

    public HttpVerdict Read(HttpReply reply)
    {
        if (reply.Trouble is { } trouble)
        {
            return reply.MayBeSent
                ? No(new Outcome.Unknown(CarrierFailures.Unknown(trouble)))
                : No(new Outcome.Retry(CarrierFailures.NotSent(trouble)));
        }

        bool isYes = definition.Send.Statuses.Count == 0
            ? reply.Status is >= 200 and < 300
            : definition.Send.Statuses.Contains(reply.Status);
        if (isYes && definition.Send.When.All(one => one.Holds(reply.Said)))
        {
            return Yes(reply.Said);
        }

        if (isYes && definition.Send.When.Any(one => one.HoldsForSome(reply.Said)))
        {
            return No(new Outcome.Unknown(CarrierFailures.Unknown("a part was taken, and a part was not")));
        }

        return Refused(reply, isYes);
    }

    private HttpVerdict Refused(HttpReply reply, bool isYes)
    {
        (string code, CodeMeaning meaning) = Meaning(reply, isYes);
        if (meaning is CodeMeaning.Accepted)
        {
            return Yes(reply.Said);
        }

        FailureCode failure =
            CarrierFailures.Of(meaning, $"http:{code}", definition.Errors.Sentences.GetValueOrDefault(code));
        TimeSpan? wait = RetryAfter(reply.Said);
        if (meaning is CodeMeaning.SenderThrottled)
        {
            return No(new Outcome.Retry(failure, wait ?? (SenderPause * (0.5 + Random.Shared.NextDouble()))));
        }

        return failure.Class switch
        {
            FailureClass.Permanent or FailureClass.OptedOut => No(new Outcome.Refused(failure)),
            FailureClass.Uncertain => No(new Outcome.Unknown(failure)),
            var other => new HttpVerdict(
                new Outcome.Retry(failure, wait), [], other is FailureClass.Throttled, wait),
        };
    }

    private (string Code, CodeMeaning Meaning) Meaning(HttpReply reply, bool isYes)
    {
        ErrorPart errors = definition.Errors;
        List<string> codes = [.. errors.Code.Each(reply.Said).Concat(errors.Code.All(reply.Said)).Distinct()];
        foreach (string code in codes)
        {
            if ((ownCodes.Find(code) ?? errors.Codes.Find(code)) is { } known) return (code, known);
        }

        string status = reply.Status.ToString(CultureInfo.InvariantCulture);
        string text = errors.Text.First(reply.Said) ?? "";
        foreach ((System.Text.RegularExpressions.Regex pattern, CodeMeaning meaning) in errors.Texts)
        {
            if (pattern.IsMatch(text.Length > 0 ? text : reply.Said.Body)) return (
                codes.FirstOrDefault() ?? status, meaning);
        }

        bool isOwn = codes.Count > 0 || text.Length > 0 || errors.TrustsStatus;
        string name = codes.FirstOrDefault() ?? status;
        if (ownCodes.Find(status) is { } owns) return (name, owns);
        if (isOwn && errors.Statuses.TryGetValue(reply.Status, out CodeMeaning said)) return (name, said);
        return (name, isOwn ? OfOwn(reply.Status, isYes) : OfAnybody(reply.Status));
    }

    // The carrier's own words, with a code that is in no table.
    private static CodeMeaning OfOwn(int status, bool isYes) => status switch
    {
        _ when isYes => CodeMeaning.Permanent,
        401 or 402 or 403 or 404 or 405 or (>= 300 and < 400) => CodeMeaning.Authentication,
        429 => CodeMeaning.Throttled,
        408 or 425 or >= 500 => CodeMeaning.Temporary,
        _ => CodeMeaning.Permanent,
    };

    // Somebody's on the way, perhaps: of 200, 429 and 5xx nobody knows what was done before; the others were not read.
    // A firewall that dislikes one text is no word about our account; one that refuses all opens the breaker.
    private static CodeMeaning OfAnybody(int status) => status switch
    {
        401 or 407 => CodeMeaning.Authentication,
        402 or 403 or 404 or 405 or (>= 300 and < 400) => CodeMeaning.Temporary,
        408 or 429 or >= 500 or < 300 => CodeMeaning.Uncertain,
        _ => CodeMeaning.Permanent,
    };

    private TimeSpan? RetryAfter(Said said)
    {
        if (definition.Send.RetryAfter.First(said) is { } own
            && double.TryParse(own, NumberStyles.Float, CultureInfo.InvariantCulture, out double count))
        {
            return Bound(count * definition.Send.RetryUnit);
        }

        // RFC 9110 10.2.3: seconds, or a date.
        string header = said.Header("Retry-After") ?? "";
        if (int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            return Bound(TimeSpan.FromSeconds(seconds));
        }

        return DateTimeOffset.TryParse(
            header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? Bound(at - time.GetUtcNow())
            : null;
    }

    private static TimeSpan Bound(TimeSpan wait) =>
        wait < TimeSpan.Zero ? TimeSpan.Zero : wait > RetryAfterMax ? RetryAfterMax : wait;

    private HttpVerdict Yes(Said said)
    {
        IReadOnlyList<string> ids = definition.Send.Ids.All(said);
        return new HttpVerdict(new Outcome.Accepted(), ids)
        {
            Prices = definition.Send.Price?.Of(said, Math.Max(1, ids.Count)) ?? [],
        };
    }

    private static HttpVerdict No(Outcome outcome) => new(outcome, []);
}
