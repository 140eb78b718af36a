using System.ComponentModel.DataAnnotations;

namespace EmailSms.Policy;

/// <summary>From what a STOP keeps.</summary>
internal enum OptOutScope
{
    /// <summary>From every SMS of this gateway.</summary>
    Everything,

    /// <summary>From the numbers of the pool that it was sent to; from all where that number is in none.</summary>
    Pool,

    /// <summary>From the one number that it was sent to.</summary>
    OwnNumber,
}

/// <summary>The section <c>OptOuts</c>: how STOP, START and HELP are understood.</summary>
internal sealed class OptOutOptions : IValidatableObject
{
    public const string Section = "OptOuts";

    private const int PoolNameLengthMax = 32;

    /// <summary>Words in the form that <c>emailsms optouts words</c> prints; empty: those of the program.</summary>
    public string WordsFile { get; set; } = "";

    /// <summary>From what a STOP keeps.</summary>
    public OptOutScope Scope { get; set; } = OptOutScope.Everything;

    /// <summary>The pool of each own number or sender ID, by its name.</summary>
    public Dictionary<string, string> Pools { get; set; } = [];

    /// <summary>
    /// How long an answer to a keyword is worth sending. 47 CFR 64.1200(a)(12): a confirmation within 5 minutes is
    /// covered by the consent that was there before.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:05:00")]
    public TimeSpan AnswerMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Within it a person gets one answer of each kind from an own number: two machines that answer each other end so.
    /// </summary>
    [Range(typeof(TimeSpan), "00:05:00", "30.00:00:00")]
    public TimeSpan AnswerWindow { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The words that count.</summary>
    /// <exception cref="FormatException">The file is not good: the message says why.</exception>
    public OptOutWords ReadWords() =>
        WordsFile.Length == 0 ? OptOutWords.BuiltIn : new OptOutWords(KeywordTable.ReadFile(WordsFile));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? wrong = null;
        try
        {
            ReadWords();
        }
        catch (FormatException trouble)
        {
            wrong = trouble.Message;
        }

        if (wrong is not null) yield return new ValidationResult(wrong, [nameof(WordsFile)]);
        foreach ((string sender, string pool) in Pools)
        {
            if (!SenderRuleDraft.IsSenderId(sender))
            {
                yield return new ValidationResult(
                    $"'{sender}' is neither a number such as +447700900999 nor a sender ID.", [nameof(Pools)]);
            }

            if (pool.Length is 0 or > PoolNameLengthMax || pool.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
            {
                yield return new ValidationResult(
                    $"'{pool}' is no name of a pool: up to {PoolNameLengthMax} letters, digits and hyphens.",
                    [nameof(Pools)]);
            }
        }

        if (Scope is OptOutScope.Pool && Pools.Count == 0)
        {
            yield return new ValidationResult(
                "The scope is Pool and there is none: name the pool of each own number.", [nameof(Pools)]);
        }
    }
}
