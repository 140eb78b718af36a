namespace EmailSms.Messages;

/// <summary>Something that was told to wait, until it is told to go on.</summary>
/// <param name="Scope"><see cref="All"/>, a carrier (<see cref="OfCarrier"/>), a rule (<see cref="OfRule"/>), or a
/// sender (<see cref="OfSender"/>).</param>
/// <param name="SinceMs">When, unix milliseconds.</param>
/// <param name="By">Who said so: a user of this machine, or <see cref="OurOwn"/>.</param>
/// <param name="Reason">Why, for whoever finds it later.</param>
/// <param name="Unbind">The carrier's binds are ended meanwhile.</param>
internal sealed record Pause(string Scope, long SinceMs, string By, string? Reason, bool Unbind)
{
    /// <summary>Nothing is sent.</summary>
    public const string All = "all";

    /// <summary>The program itself said so.</summary>
    public const string OurOwn = "EmailSms";

    /// <summary>Nothing is sent over this carrier.</summary>
    public static string OfCarrier(string name) => $"carrier:{name}";

    /// <summary>SMS that this rule let in wait.</summary>
    public static string OfRule(long id) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"rule:{id}");

    /// <summary>Mails of this sender are refused.</summary>
    public static string OfSender(string mailbox) => $"sender:{mailbox.ToLowerInvariant()}";

    /// <summary>The rule of such a pause; null: it is another one.</summary>
    public static long? RuleOf(string scope) =>
        scope.StartsWith("rule:", StringComparison.Ordinal) && long.TryParse(scope.AsSpan(5), out long id) ? id : null;
}
