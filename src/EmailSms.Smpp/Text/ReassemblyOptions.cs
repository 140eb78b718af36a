namespace EmailSms.Smpp.Text;

/// <summary>How long parts wait for their siblings, and how many of them.</summary>
public sealed record ReassemblyOptions
{
    /// <summary>
    /// After so long without a new part a text is given out as it is. For as long a whole text is remembered, so that a
    /// part of it that is delivered twice does not begin another.
    /// </summary>
    public TimeSpan IdleMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After so long since its first part a text is given out as it is, whatever still comes.</summary>
    public TimeSpan AgeMax { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Texts that are waited for or remembered; with one more, the one that is silent longest goes.</summary>
    public int TextsMax { get; init; } = 10_000;

    /// <summary>What the SMSC's default data_coding stands for.</summary>
    public DefaultAlphabet Alphabet { get; init; } = DefaultAlphabet.Gsm7;
}

/// <summary>A text put together from its parts.</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Text">The whole; without what the missing parts said.</param>
/// <param name="Parts">The parts in order; null for one that is missing.</param>
public sealed record ReassembledText(
    SmppAddress Source, SmppAddress Destination, string Text, IReadOnlyList<ShortMessagePdu?> Parts)
{
    /// <summary>No part is missing.</summary>
    public bool IsWhole => !Parts.Contains(null);
}
