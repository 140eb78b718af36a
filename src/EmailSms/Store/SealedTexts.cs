using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Store;

/// <summary>
/// Texts on their way to the disk and back, for one session. With a key they are AES-256-GCM, each under a nonce of its
/// own and bound to table, column and row: one that was changed, or put into another place, is not opened. Without a
/// key they are plain, and what was written plain before there was one is read as it is.
/// <code>
///   text:   U+0002 "s:" key ":" base64(nonce 12, cipher, tag 16)     octets: 02 "es" 01 length key nonce cipher tag
/// </code>
/// </summary>
internal sealed class SealedTexts(TextKeys keys) : IDisposable
{
    /// <summary>What is shown where a text was changed on disk.</summary>
    public const string Broken = "(This text cannot be opened: it was changed on disk.)";

    private const int TagLength = 16;
    private const char Mark = '\u0002'; // no mail has it, and few phones
    private const string SealMark = "\u0002s:";
    private const string PlainMark = "\u0002p:"; // a plain text that begins like a sealed one

    private static readonly byte[] SealOctets = [2, (byte)'e', (byte)'s', 1];
    private static readonly byte[] PlainOctets = [2, (byte)'e', (byte)'s', 0];

    private readonly Dictionary<string, AesGcm> _ciphers = new(StringComparer.Ordinal);

    /// <summary>The key that writes; null: what is written is plain.</summary>
    public string? ActiveId => keys.ActiveId;

    /// <summary>What stands for a text in the database. An empty one stays empty.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Seal(SealedColumn column, string rowKey, string? text)
    {
        if (string.IsNullOrEmpty(text)) return text;
        if (keys.ActiveId is not { } id) return text[0] == Mark ? PlainMark + text : text;
        byte[] octets = Encoding.UTF8.GetBytes(text);
        byte[] value = new byte[TextKeys.NonceLength + octets.Length + TagLength];
        Encrypt(id, column, rowKey, octets, value);
        return $"{SealMark}{id}:{Convert.ToBase64String(value)}";
    }

    /// <summary>The same of octets.</summary>
    [return: NotNullIfNotNull(nameof(octets))]
    public byte[]? Seal(SealedColumn column, string rowKey, byte[]? octets)
    {
        if (octets is null or []) return octets;
        if (keys.ActiveId is not { } id)
        {
            return octets.AsSpan().StartsWith(SealOctets.AsSpan(0, 3)) ? [.. PlainOctets, .. octets] : octets;
        }

        byte[] name = Encoding.ASCII.GetBytes(id);
        byte[] head = [.. SealOctets, (byte)name.Length, .. name];
        byte[] value = new byte[head.Length + TextKeys.NonceLength + octets.Length + TagLength];
        head.CopyTo(value, 0);
        Encrypt(id, column, rowKey, octets, value.AsSpan(head.Length));
        return value;
    }

    /// <summary>The text of what stands in the database.</summary>
    /// <exception cref="StoreException">Its key is not here, or it was changed or put there from elsewhere.</exception>
    [return: NotNullIfNotNull(nameof(stored))]
    public string? Open(SealedColumn column, string rowKey, string? stored)
    {
        if (stored is null or [] || stored[0] != Mark) return stored;
        if (stored.StartsWith(PlainMark, StringComparison.Ordinal)) return stored[PlainMark.Length..];
        if (KeyOf(stored) is not { } id) return stored;
        byte[] value = new byte[stored.Length];
        return Convert.TryFromBase64String(stored[(SealMark.Length + id.Length + 1)..], value, out int length)
            ? Encoding.UTF8.GetString(Decrypt(id, column, rowKey, value.AsSpan(0, length)))
            : throw new BrokenSeal(column, rowKey);
    }

    /// <summary>The same where one that was changed must hold up no other. False: it was.</summary>
    /// <exception cref="StoreException">Its key is not here.</exception>
    public bool TryOpen(SealedColumn column, string rowKey, string stored, out string text)
    {
        try
        {
            text = Open(column, rowKey, stored);
            return true;
        }
        catch (BrokenSeal)
        {
            text = Broken;
            return false;
        }
    }

    /// <summary>The same of octets.</summary>
    /// <exception cref="StoreException">Its key is not here.</exception>
    public bool TryOpen(SealedColumn column, string rowKey, byte[] stored, out byte[] octets)
    {
        try
        {
            octets = Open(column, rowKey, stored);
            return true;
        }
        catch (BrokenSeal)
        {
            octets = [];
            return false;
        }
    }

    /// <summary>The same for people who look: a sentence where it was changed.</summary>
    /// <exception cref="StoreException">Its key is not here.</exception>
    public string OpenToShow(SealedColumn column, string rowKey, string stored)
    {
        TryOpen(column, rowKey, stored, out string text);
        return text;
    }

    /// <inheritdoc cref="Open(SealedColumn, string, string)"/>
    [return: NotNullIfNotNull(nameof(stored))]
    public byte[]? Open(SealedColumn column, string rowKey, byte[]? stored)
    {
        if (stored is null) return null;
        if (stored.AsSpan().StartsWith(PlainOctets)) return stored[PlainOctets.Length..];
        return KeyOf(stored) is { } id
            ? Decrypt(id, column, rowKey, stored.AsSpan(SealOctets.Length + 1 + id.Length))
            : stored;
    }

    /// <summary>The same of a value that is one or the other.</summary>
    public object? OpenAny(SealedColumn column, string rowKey, object? stored) => stored switch
    {
        string text => Open(column, rowKey, text),
        byte[] octets => Open(column, rowKey, octets),
        _ => stored,
    };

    /// <inheritdoc cref="OpenAny"/>
    public object? SealAny(SealedColumn column, string rowKey, object? value) => value switch
    {
        string text => Seal(column, rowKey, text),
        byte[] octets => Seal(column, rowKey, octets),
        _ => value,
    };

    /// <summary>Under which key a value stands; null: it is plain.</summary>
    public static string? KeyOf(object? stored)
    {
        switch (stored)
        {
            case string text when text.StartsWith(SealMark, StringComparison.Ordinal):
                int end = text.IndexOf(':', SealMark.Length);
                return end < 0 ? null : text[SealMark.Length..end];
            case byte[] octets when octets.AsSpan().StartsWith(SealOctets)
                && octets.Length > SealOctets.Length + 1 + octets[SealOctets.Length]:
                return Encoding.ASCII.GetString(octets, SealOctets.Length + 1, octets[SealOctets.Length]);
            default:
                return null;
        }
    }

    /// <summary>
    /// 64 bits that tell two texts apart. Where texts are sealed it needs a secret of the database to make one: a short
    /// text would be guessed by its hash.
    /// </summary>
    public long Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        byte[] octets = Encoding.UTF8.GetBytes(text);
        if (keys.HashKey is { } secret) HMACSHA256.HashData(secret, octets, hash);
        else SHA256.HashData(octets, hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>A name that was made of a text, such as a hash, so that nobody makes it without the secret.</summary>
    public string Hide(string name) => keys.HashKey is { } secret
        ? Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(name)))
        : name;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AesGcm cipher in _ciphers.Values) cipher.Dispose();
    }

    private void Encrypt(string id, SealedColumn column, string rowKey, byte[] octets, Span<byte> value)
    {
        Span<byte> nonce = value[..TextKeys.NonceLength];
        keys.NextNonce(nonce);
        Cipher(id)!.Encrypt(
            nonce, octets, value.Slice(TextKeys.NonceLength, octets.Length), value[^TagLength..],
            Place(id, column, rowKey));
    }

    private byte[] Decrypt(string id, SealedColumn column, string rowKey, ReadOnlySpan<byte> value)
    {
        if (Cipher(id) is not { } cipher)
        {
            throw new StoreException(
                $"A text in {column.Table} is sealed with the key {id}, and Store:TextKeys has none of that name.",
                isFull: false);
        }

        if (value.Length < TextKeys.NonceLength + TagLength) throw new BrokenSeal(column, rowKey);
        byte[] octets = new byte[value.Length - TextKeys.NonceLength - TagLength];
        try
        {
            cipher.Decrypt(
                value[..TextKeys.NonceLength], value.Slice(TextKeys.NonceLength, octets.Length), value[^TagLength..],
                octets, Place(id, column, rowKey));
            return octets;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new BrokenSeal(column, rowKey);
        }
    }

    private AesGcm? Cipher(string id)
    {
        if (_ciphers.TryGetValue(id, out AesGcm? known)) return known;
        if (keys.Find(id) is not { } key) return null;
        return _ciphers[id] = new AesGcm(key, TagLength);
    }

    private static byte[] Place(string id, SealedColumn column, string rowKey) =>
        Encoding.UTF8.GetBytes($"{id}\n{column.Table}.{column.Name}\n{rowKey}");
}
