using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSms.Messages;

namespace EmailSms.Carriers.Http;

/// <summary>How the body of a request is written.</summary>
internal enum BodyKind
{
    Form,
    Json,
    Xml,
    Text,
    None,
}

/// <summary>A value that the carrier's settings give to its definition.</summary>
/// <param name="Name">Its name in templates and under <c>Values</c>.</param>
/// <param name="About">What it is and where it is found.</param>
/// <param name="Default">Where the settings say nothing.</param>
/// <param name="IsRequired">Without it nothing can be sent.</param>
/// <param name="IsSecret">It is shown to nobody.</param>
internal sealed record NamedValue(string Name, string About, string Default, bool IsRequired, bool IsSecret);

/// <summary>
/// A carrier over HTTP as data: how an SMS is asked for, what an answer means, what comes to its hooks. Written in JSON
/// (docs/reference/carrier-definition.md); one that exists is valid.
/// </summary>
internal sealed record HttpDefinition
{
    public required string About { get; init; }

    /// <summary>Where the facts are known from.</summary>
    public required string Source { get; init; }

    public required IReadOnlyList<NamedValue> Values { get; init; }

    /// <summary>The carrier knows our id and takes an SMS once, however often it is asked.</summary>
    public required bool Deduplicates { get; init; }

    public required SendPart Send { get; init; }

    public required ErrorPart Errors { get; init; }

    public ReceiptPart? Receipt { get; init; }

    public TextPart? Inbound { get; init; }

    /// <summary>The parameter at a hook that names the character set of the others; empty: UTF-8.</summary>
    public required string CharsetName { get; init; }

    /// <summary>Calls that are known and say nothing, such as a ping.</summary>
    public required IReadOnlyList<Condition> Ignore { get; init; }

    public required HookAnswer Answer { get; init; }

    public required IReadOnlyList<VerifyPart> Verify { get; init; }
}

/// <summary>The request, and when its answer is a yes.</summary>
internal sealed record SendPart
{
    public required HttpMethod Method { get; init; }

    public required Template Url { get; init; }

    public required AuthPart Auth { get; init; }

    public required IReadOnlyList<(string Name, Template Value)> Headers { get; init; }

    public required IReadOnlyList<(string Name, Template Value)> Query { get; init; }

    public required BodyKind Body { get; init; }

    /// <summary>The body's tree; templates are its texts.</summary>
    public required Content? Content { get; init; }

    /// <summary>Statuses of a yes; empty: 200 to 299.</summary>
    public required IReadOnlyList<int> Statuses { get; init; }

    /// <summary>What the body of a yes has, too.</summary>
    public required IReadOnlyList<Condition> When { get; init; }

    /// <summary>Where the carrier's ids are; nowhere: receipts name ours.</summary>
    public required Fields Ids { get; init; }

    /// <summary>What it takes for it, where its answer says so.</summary>
    public PricePart? Price { get; init; }

    /// <summary>Where a body says how long to wait, and in what.</summary>
    public required Fields RetryAfter { get; init; }

    public required TimeSpan RetryUnit { get; init; }
}

/// <summary>How a request says who we are.</summary>
/// <param name="Kind">none, basic, bearer, header, query, oauth2 or aws.</param>
/// <param name="Parts">What that kind takes, by name.</param>
internal sealed record AuthPart(string Kind, IReadOnlyDictionary<string, Template> Parts)
{
    public static AuthPart None { get; } = new("none", new Dictionary<string, Template>());
}

/// <summary>What a no means.</summary>
internal sealed record ErrorPart
{
    public required Fields Code { get; init; }

    public required Fields Text { get; init; }

    public required CodeTable Codes { get; init; }

    public required IReadOnlyList<(Regex Pattern, CodeMeaning Meaning)> Texts { get; init; }

    public required IReadOnlyDictionary<int, CodeMeaning> Statuses { get; init; }

    public required IReadOnlyDictionary<string, ErrorSentence> Sentences { get; init; }

    /// <summary>The status alone is enough: nothing stands between us and the carrier.</summary>
    public required bool TrustsStatus { get; init; }
}

/// <summary>Receipts at a hook.</summary>
internal sealed record ReceiptPart
{
    /// <summary>A text in the body that is JSON itself; null: the body is it.</summary>
    public required JsonPath? Inside { get; init; }

    public required JsonPath? Items { get; init; }

    public required IReadOnlyList<Condition> When { get; init; }

    public required Fields Id { get; init; }

    /// <summary>Our reference, where the carrier gives it back in the body.</summary>
    public required Fields Reference { get; init; }

    public required Fields Phone { get; init; }

    public required Fields State { get; init; }

    public required IReadOnlyDictionary<string, string> States { get; init; }

    public required Fields Error { get; init; }

    public required CodeTable Codes { get; init; }

    public required IReadOnlyDictionary<string, ErrorSentence> Sentences { get; init; }

    public PricePart? Price { get; init; }

    public required NetworkPart Network { get; init; }

    public HookAnswer? Answer { get; init; }
}

/// <summary>Texts of phones at a hook.</summary>
internal sealed record TextPart
{
    /// <summary>A text in the body that is JSON itself; null: the body is it.</summary>
    public required JsonPath? Inside { get; init; }

    public required JsonPath? Items { get; init; }

    public required IReadOnlyList<Condition> When { get; init; }

    public required Fields Id { get; init; }

    public required Fields From { get; init; }

    public required Fields To { get; init; }

    public required Fields Text { get; init; }

    public required Fields PartReference { get; init; }

    public required Fields PartNumber { get; init; }

    public required Fields PartTotal { get; init; }

    public required NetworkPart Network { get; init; }

    public HookAnswer? Answer { get; init; }
}

/// <summary>Where a carrier says which network a phone is in.</summary>
/// <param name="Codes">MCC and MNC in one; or the MCC.</param>
/// <param name="Mnc">The MNC, where it is apart.</param>
internal sealed record NetworkPart(Fields Codes, Fields Mnc)
{
    /// <summary>The network; null: it does not say, or not by codes.</summary>
    public MobileNetwork? Of(Said said) =>
        Codes.First(said) is { } codes ? MobileNetwork.Read(codes, Mnc.First(said)) : null;

    /// <summary>Reads the keys <c>network</c> and <c>mnc</c>.</summary>
    public static NetworkPart Read(JsonWalk walk)
    {
        var part = new NetworkPart(Fields.Read(walk, "network"), Fields.Read(walk, "mnc"));
        if (part.Codes.IsNone && !part.Mnc.IsNone) walk.Wrong("needs network, where the MCC is.", "mnc");
        return part;
    }
}

/// <summary>What a carrier wants to hear at a hook, to the letter.</summary>
internal sealed record HookAnswer(int Status, string? ContentType, string Body)
{
    public static HookAnswer Default { get; } = new(200, null, "");
}

/// <summary>A proof that a hook was called by the carrier.</summary>
/// <param name="Kind">The verifier's name.</param>
/// <param name="Parts">What it takes, by name.</param>
internal sealed record VerifyPart(string Kind, IReadOnlyDictionary<string, Template> Parts);

/// <summary>A body's tree: objects and lists of templates and of plain values.</summary>
internal sealed record Content(
    IReadOnlyList<(string Name, Content Value)>? Object,
    IReadOnlyList<Content>? List,
    Template? Template,
    JsonElement? Plain);
