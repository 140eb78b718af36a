using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EmailSms.Store;

/// <summary>
/// The keys that texts are sealed with: the first writes, all of them read. One for a store; see
/// <see cref="SealedTexts"/> for what is done with them.
/// </summary>
internal sealed class TextKeys
{
    public const int NonceLength = 12;

    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    // A nonce must never come twice with a key: eight random octets for each opening of the store, and a count.
    private byte[] _prefix = RandomNumberGenerator.GetBytes(NonceLength - sizeof(uint));
    private long _count;

    private TextKeys()
    {
    }

    /// <summary>No keys: what is written is plain.</summary>
    public static TextKeys None => new();

    /// <summary>The key that writes; null: what is written is plain.</summary>
    public string? ActiveId { get; private init; }

    /// <summary>What hashes of texts are made with; null: nothing, as the texts beside them are plain.</summary>
    public byte[]? HashKey { get; set; }

    /// <summary>The names of all of them.</summary>
    public IReadOnlyCollection<string> Ids => _keys.Keys;

    /// <summary>Reads the keys of the settings.</summary>
    /// <exception cref="StoreException">One cannot be read; the message names it.</exception>
    public static TextKeys Read(IReadOnlyList<TextKeyOptions> options)
    {
        if (TextKeyOptions.MistakesOf(options).Select(one => one.Sentence).FirstOrDefault() is { } wrong)
        {
            throw new StoreException($"Store:TextKeys: {wrong}", isFull: false);
        }

        string? first = options.Count == 0 || options[0].Id == TextKeyOptions.None ? null : options[0].Id;
        var keys = new TextKeys { ActiveId = first };
        foreach (TextKeyOptions one in options.Where(one => one.Id != TextKeyOptions.None))
        {
            keys._keys[one.Id] = one.Read(out string gone)
                ?? throw new StoreException($"Store:TextKeys: {gone}", isFull: false);
        }

        return keys;
    }

    /// <summary>The key of a name; null: it is not among them.</summary>
    public byte[]? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>A nonce that no value has had.</summary>
    public void NextNonce(Span<byte> nonce)
    {
        lock (_keys)
        {
            if (_count > uint.MaxValue)
            {
                _prefix = RandomNumberGenerator.GetBytes(NonceLength - sizeof(uint));
                _count = 0;
            }

            _prefix.CopyTo(nonce);
            BinaryPrimitives.WriteUInt32BigEndian(nonce[_prefix.Length..], (uint)_count++);
        }
    }
}
