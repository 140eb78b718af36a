namespace EmailSms.Messages;

/// <summary>
/// A secret that stands in a file of its own instead of the settings: its first line, without spaces around it. It is
/// read anew whenever it is needed, so a secret that is changed there needs no restart.
/// </summary>
internal static class SecretFile
{
    /// <summary>The secret, from the settings or the file; null where neither is set.</summary>
    /// <exception cref="IOException">The file cannot be read, or its first line is empty.</exception>
    public static string? Read(string? value, string file)
    {
        if (file.Length == 0) return string.IsNullOrEmpty(value) ? null : value;
        try
        {
            return File.ReadLines(file).FirstOrDefault()?.Trim() is { Length: > 0 } secret
                ? secret
                : throw new IOException($"{file} has no secret in its first line.");
        }
        catch (UnauthorizedAccessException trouble)
        {
            throw new IOException($"{file} cannot be read: {trouble.Message}", trouble);
        }
    }
}
