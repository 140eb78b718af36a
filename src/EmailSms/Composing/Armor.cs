namespace EmailSms.Composing;

/// <summary>
/// What older programs wrap a text in within its lines: PGP's clear signature (RFC 9580 7) and uuencoded files, which
/// fax machines and scanners still append.
/// </summary>
internal static class Armor
{
    private const string SignedMark = "-----BEGIN PGP SIGNED MESSAGE-----";
    private const string SignatureMark = "-----BEGIN PGP SIGNATURE-----";
    private const string EncryptedMark = "-----BEGIN PGP MESSAGE-----";

    private static readonly LinePattern FileStart = new(@"^begin [0-7]{3,4} \S.*$");

    public static bool IsEncrypted(string text) =>
        text.AsSpan().TrimStart().StartsWith(EncryptedMark, StringComparison.Ordinal);

    public static List<string> CutFrom(List<string> lines) => CutFiles(CutSignature(lines));

    private static List<string> CutSignature(List<string> lines)
    {
        int signed = lines.FindIndex(line => line.AsSpan().TrimEnd().SequenceEqual(SignedMark));
        if (signed < 0) return lines;
        int end = lines.FindIndex(signed, line => line.TrimEnd() == SignatureMark);
        int start = lines.FindIndex(signed, string.IsNullOrWhiteSpace); // after the Hash headers
        if (end < 0 || start < 0 || start > end) return lines;
        return [.. lines[..signed], .. lines[start..end].Select(WithoutDash)];
    }

    /// <summary>RFC 9580 7.2: a line that starts with a dash got "- " in front.</summary>
    private static string WithoutDash(string line) =>
        line.StartsWith("- ", StringComparison.Ordinal) ? line[2..] : line;

    private static List<string> CutFiles(List<string> lines)
    {
        int start = lines.FindIndex(line =>
            line.StartsWith("begin ", StringComparison.OrdinalIgnoreCase) && FileStart.IsIn(line));
        if (start < 0) return lines;
        int end = lines.FindIndex(start, line => line.TrimEnd() == "end");
        return end < 0 ? lines : [.. lines[..start], .. lines[(end + 1)..]];
    }
}
