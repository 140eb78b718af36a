namespace EmailSms.Messages;

/// <summary>Something that was told to wait, until it is told to go on.</summary>
/// <param name="Scope"><see cref="All"/>, a carrier (<see cref="OfCarrier"/>), or a rule, <c>rule:id</c>.</param>
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
}
