namespace EmailSms.Policy;

/// <summary>What a policy says to a sender. One of these two.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    } // closed: the two below are all there are

    /// <summary>The rule lets it through, within the rule's limits.</summary>
    internal sealed record Allowed(SenderRule Rule) : Verdict;

    /// <summary>
    /// No. The sentence is meant for the sender and names no telephone number; the codes are those of the reply.
    /// </summary>
    internal sealed record Refused(SenderRule? Rule, string Sentence) : Verdict
    {
        public int Code { get; init; } = 550;

        public string EnhancedCode { get; init; } = "5.7.1"; // RFC 3463 3.8: delivery not authorized

        /// <summary>The token in the address was not the rule's: perhaps somebody guesses.</summary>
        public bool IsWrongToken { get; init; }
    }
}
