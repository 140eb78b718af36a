namespace EmailSms.Carriers.Http;

/// <summary>What a carrier's settings say of HTTP, read once, with every mistake named by its key.</summary>
internal sealed class HttpTerms
{
    private readonly List<(string Key, string Wrong)> _wrong = [];

    public IReadOnlyList<(string Key, string Wrong)> Wrong => _wrong;

    /// <summary>Null: there is none, or it is wrong.</summary>
    public HttpDefinition? Definition { get; private set; }

    public HttpSettings? Settings { get; private set; }

    /// <summary>Codes that mean something else to this carrier's owner.</summary>
    public CodeTable Errors { get; } = new();

    /// <summary>What its errors in receipts mean; goes before the definition's own sentences.</summary>
    public IReadOnlyDictionary<string, ErrorSentence> ReceiptErrors { get; private init; } =
        new Dictionary<string, ErrorSentence>();

    public static HttpTerms Read(CarrierOptions options)
    {
        List<(string Key, string Wrong)> wrongErrors = [];
        var terms = new HttpTerms
        {
            ReceiptErrors = CarrierTerms.ReadReceiptErrors(
                options, code => code,
                (code, wrong) => wrongErrors.Add(($"{nameof(CarrierOptions.ReceiptErrors)}:{code}", wrong))),
        };
        terms._wrong.AddRange(wrongErrors);
        foreach ((string code, string word) in options.Errors)
        {
            if (CodeTable.TryMeaning(word, out CodeMeaning meaning)) terms.Errors.Add(code, meaning);
            else
            {
                terms._wrong.Add((
                    $"{nameof(CarrierOptions.Errors)}:{code}",
                    $"the meaning is one of {string.Join(", ", CodeTable.Words)}."));
            }
        }

        if (string.IsNullOrEmpty(options.Definition))
        {
            terms._wrong.Add((
                nameof(CarrierOptions.Definition),
                $"an HTTP carrier needs one: {string.Join(", ", DefinitionShelf.Names)}, or a file ….json."));
            return terms;
        }

        if (!DefinitionShelf.TryLoad(
            options.Definition, out HttpDefinition? definition, out IReadOnlyList<string> wrong))
        {
            terms._wrong.AddRange(wrong.Select(one => (nameof(CarrierOptions.Definition), one)));
            return terms;
        }

        terms.Definition = definition;
        terms.Settings = HttpSettings.Read(options, definition, terms._wrong);
        if (terms._wrong.Count > 0) return terms;
        string url = definition.Send.Url.TextOf(name => terms.Settings.Value(name) ?? "x");
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            terms._wrong.Add(
                (nameof(CarrierOptions.Values), $"make the address '{terms.Settings.Mask(url)}', which is none."));
        }

        return terms;
    }
}
