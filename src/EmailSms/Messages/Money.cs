using System.Globalization;

namespace EmailSms.Messages;

/// <summary>An amount of money.</summary>
/// <param name="Micros">In millionths: the price of a part has four places and more.</param>
/// <param name="Currency">Three capital letters (ISO 4217).</param>
internal readonly record struct Money(long Micros, string Currency)
{
    /// <summary>The millionths in one of a currency.</summary>
    public const long One = 1_000_000;

    private const decimal Most = 1_000_000_000m;

    /// <summary>An amount as it is written: <c>49.5</c>.</summary>
    public static string Amount(long micros) =>
        ((decimal)micros / One).ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>Takes such an amount; false where it is none, negative or has more than six places.</summary>
    public static bool TryAmount(string text, out long micros)
    {
        bool isOne = decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
            && amount <= Most && decimal.Truncate(amount * One) == amount * One;
        micros = isOne ? (long)(amount * One) : 0;
        return isOne;
    }

    /// <summary>Three letters, in capitals.</summary>
    public static bool IsCurrency(string text) =>
        text.Length == 3 && !text.AsSpan().ContainsAnyExceptInRange('A', 'Z');

    public override string ToString() => $"{Amount(Micros)} {Currency}";
}
