using System.Security.Cryptography;
using System.Text;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Store;

public sealed class SealedTextsTests : IDisposable
{
    private static readonly SealedColumn Body = new("sms", "body");
    private static readonly SealedColumn Subject = new("mail", "subject");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Your tablets are ready")]
    [InlineData("ü 😀 \0 \u0002s:now:AAAA")]
    [InlineData("\u0002s:now:AAAA")]
    [InlineData("\u0002p:x")]
    [InlineData("\u0002")]
    [InlineData("")]
    public void What_is_sealed_opens_and_so_does_what_is_plain(string text)
    {
        foreach (TextKeys keys in new[] { Keys("now"), TextKeys.None })
        {
            using var texts = new SealedTexts(keys);
            string stored = texts.Seal(Body, "1", text);
            Assert.Equal(text, texts.Open(Body, "1", stored));
            Assert.Equal(text.Length == 0 ? null : keys.ActiveId, SealedTexts.KeyOf(stored));
            byte[] octets = Encoding.UTF8.GetBytes(text);
            byte[] kept = texts.Seal(Body, "1", octets);
            Assert.Equal(octets, texts.Open(Body, "1", kept));
            Assert.Equal(text.Length == 0 ? null : keys.ActiveId, SealedTexts.KeyOf(kept));
            Assert.Null(texts.Open(Body, "1", texts.Seal(Body, "1", (string?)null)));
        }
    }

    [Fact]
    public void Octets_that_look_sealed_are_not_taken_for_it()
    {
        using var texts = new SealedTexts(TextKeys.None);
        using var sealing = new SealedTexts(Keys("now"));
        byte[] looks = sealing.Seal(Body, "1", "secret"u8.ToArray());
        Assert.Equal(looks, texts.Open(Body, "1", texts.Seal(Body, "1", looks)));
    }

    [Fact]
    public void No_two_values_are_alike_and_none_shows_the_text()
    {
        using var texts = new SealedTexts(Keys("now"));
        string[] stored = [.. Enumerable.Range(0, 1000).Select(_ => texts.Seal(Body, "1", "Yes"))];
        Assert.Equal(1000, stored.Distinct().Count());
        byte[][] nonces = [.. stored.Select(one => Convert.FromBase64String(one.Split(':')[2])[..12])];
        Assert.Equal(1000, nonces.Select(Convert.ToHexString).Distinct().Count());
        Assert.DoesNotContain(stored, one => one.Contains("Yes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_is_good_in_its_own_place_alone()
    {
        using var texts = new SealedTexts(Keys("now"));
        string stored = texts.Seal(Body, "1", "Yes");
        Assert.Throws<BrokenSeal>(() => texts.Open(Body, "2", stored));
        Assert.Throws<BrokenSeal>(() => texts.Open(Subject, "1", stored));
        Assert.Throws<BrokenSeal>(() => texts.Open(Body, "1", stored[..^4] + "AAAA"));
        Assert.Throws<BrokenSeal>(() => texts.Open(Body, "1", "\u0002s:now:not base64"));
        Assert.Throws<BrokenSeal>(() => texts.Open(Body, "1", "\u0002s:now:AAAA"));
        Assert.Equal(SealedTexts.Broken, texts.OpenToShow(Body, "2", stored));
        Assert.False(texts.TryOpen(Body, "2", texts.Seal(Body, "1", "Yes"u8.ToArray()), out _));
        using var other = new SealedTexts(Keys("then"));
        StoreException no = Assert.Throws<StoreException>(() => other.Open(Body, "1", stored));
        Assert.Contains("the key now", no.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hash_of_a_text_is_not_the_one_that_anybody_makes()
    {
        TextKeys keys = Keys("now");
        keys.HashKey = new byte[32];
        using var sealing = new SealedTexts(keys);
        using var plain = new SealedTexts(TextKeys.None);
        Assert.Equal(sealing.Hash("Yes"), sealing.Hash("Yes"));
        Assert.NotEqual(sealing.Hash("Yes"), sealing.Hash("No"));
        Assert.NotEqual(plain.Hash("Yes"), sealing.Hash("Yes"));
    }

    [Fact]
    public async Task A_key_that_is_missing_or_another_one_is_told_by_its_name_at_the_start()
    {
        TextKeyOptions one = Key("one");
        await using (Open(one)) { }
        await using (Open(Key("two"), one)) { }
        Assert.Contains("the key one, and", Refused(Key("two")), StringComparison.Ordinal);
        Assert.Contains("the key two, and", Refused(one), StringComparison.Ordinal);
        Assert.Contains("the key one, and", Refused(), StringComparison.Ordinal);
        string wrong = Refused(Key("two"), Key("one")); // new files under the old names
        Assert.Contains("The key one of Store:TextKeys is not the one", wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k", null, null, "needs a File or an Environment")]
    [InlineData("k", "a", "b", "needs a File or an Environment")]
    [InlineData("a b", "x", null, "is no name of a key")]
    [InlineData("k", "nowhere", null, "cannot be read")]
    [InlineData("k", null, "EMAILSMS_NO_SUCH_KEY", "no variable EMAILSMS_NO_SUCH_KEY")]
    public void What_is_no_key_is_told(string id, string? file, string? environment, string sentence)
    {
        var option = new TextKeyOptions { Id = id, File = file, Environment = environment };
        Assert.Contains(sentence, Refused(option), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("")]
    [InlineData("not base64 !")]
    public void A_file_that_holds_no_key_is_told(string content)
    {
        File.WriteAllText(_folder.File("k"), content);
        string told = Refused(new TextKeyOptions { Id = "k", File = _folder.File("k") });
        Assert.Contains("key k is not 32 octets in base64", told, StringComparison.Ordinal);
    }

    private string Refused(params TextKeyOptions[] keys) => Assert.Throws<StoreException>(() => Open(keys)).Message;

    private SqliteStore Open(params TextKeyOptions[] keys) => SqliteStore.Open(
        new StoreOptions { Folder = _folder.File("data"), DiskFreeBytesMin = 0, TextKeys = [.. keys] },
        TimeProvider.System, NullLogger<SqliteStore>.Instance);

    private TextKeyOptions Key(string id)
    {
        string file = _folder.File($"{id}.{Guid.NewGuid():N}");
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
        return new TextKeyOptions { Id = id, File = file };
    }

    private TextKeys Keys(string id) => TextKeys.Read([Key(id)]);
}
