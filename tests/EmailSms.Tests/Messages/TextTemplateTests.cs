using System.Text.Json;
using EmailSms.Messages;

namespace EmailSms.Tests.Messages;

public sealed class TextTemplateTests
{
    [Theory]
    [InlineData("{{ subject }}/{{ body }}/{{ from }}/{{ from_name }}", "Disk full/db1 is full/mon@x.example/Monitor")]
    [InlineData("{{ found.host | string.upcase }}", "DB1")]
    [InlineData("{{ header['X-Severity'] }}{{ header.none }}", "high")]
    [InlineData("{{ header['x-severity'] }}", "high")]
    [InlineData("{{ json.alerts[0].host }} {{ json.value }}", "db1 91.5")]
    [InlineData("{{ for a in json.alerts }}{{ a.host }},{{ end }}", "db1,db2,")]
    [InlineData("{{ if json.value > 90 }}HIGH{{ else }}ok{{ end }}", "HIGH")]
    [InlineData("{{ json.no.such.field }}.", ".")]
    [InlineData("{{ body | string.truncate 6 }}", "db1...")]
    public void A_place_is_filled_from_the_mail(string source, string expected)
    {
        Assert.True(TextTemplate.TryParse(source, out TextTemplate? template, out string? mistake), mistake);
        Assert.Equal((expected, null), template.Render(Fields()));
    }

    [Theory]
    [InlineData("{{ while true }}x{{ end }}")]
    [InlineData("{{ for i in 1..100000000 }}x{{ end }}")]
    [InlineData("{{ for i in 1..1000 }}{{ for j in 1..1000 }}{{ for k in 1..1000 }}x{{ end }}{{ end }}{{ end }}")]
    [InlineData("{{ 'x' | string.pad_left 1000000000 }}")]
    [InlineData("{{ 'x' * 1000000000 }}")]
    [InlineData("{{ func f; f; end; f }}")]
    [InlineData("{{ include 'file' }}")]
    [InlineData("{{ import 'file' }}")]
    [InlineData("{{ object.eval '1' }}")]
    [InlineData("{{ regex.match body '(a+)+$' }}")]
    [InlineData("{{ date.now }}")]
    public void Nothing_runs_on_grows_without_end_or_reaches_outside(string source)
    {
        if (!TextTemplate.TryParse(source, out TextTemplate? template, out _)) return; // refused when it is saved
        (string text, string? mistake) = template.Render(Fields());
        Assert.True(text.Length <= TextTemplate.OutputCharsMax + 10, $"{text.Length} characters came out.");
        Assert.True(mistake is not null || text.Length >= TextTemplate.OutputCharsMax - 10 || text.Length == 0, text);
    }

    [Theory]
    [InlineData("{{ for i in 1..900 }}{{ body }} and so many more words that the text is full some day{{ end }}")]
    [InlineData("{{ for i in 1..900 }}{{ subject + body + ' and so many more words that it is full' }}{{ end }}")]
    [InlineData("{{ func f }}{{ body }}{{ 'y' | string.pad_left 9000 }}{{ end }}{{ for i in 1..900 }}{{ f }}{{ end }}")]
    public void A_text_that_is_full_ends_the_template_and_three_dots_say_so(string source)
    {
        Assert.True(TextTemplate.TryParse(source, out TextTemplate? template, out string? mistake), mistake);
        long before = GC.GetAllocatedBytesForCurrentThread();
        (string text, mistake) = template.Render(Fields());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Null(mistake);
        Assert.Equal(TextTemplate.OutputCharsMax + 3, text.Length);
        Assert.EndsWith("...", text, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 50 * TextTemplate.OutputCharsMax);
    }

    [Fact]
    public void What_a_template_keeps_counts_too()
    {
        const string Source = "{{ capture a }}{{ for i in 1..900 }}{{ 'x' | string.pad_left 9000 }}{{ end }}{{ end }}";
        Assert.True(TextTemplate.TryParse(Source, out TextTemplate? template, out string? mistake), mistake);
        (string text, mistake) = template.Render(Fields());
        Assert.Equal("", text);
        Assert.Contains("OutputLimit", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ subject.length }}{{ subject.get_type }}{{ body.get_type.assembly }}")]
    [InlineData("{{ json.get_raw_text }}{{ header.keys }}{{ found.comparer }}")]
    public void No_member_of_an_object_of_the_program_is_seen(string source)
    {
        Assert.True(TextTemplate.TryParse(source, out TextTemplate? template, out string? mistake), mistake);
        Assert.Equal(("", null), template.Render(Fields()));
    }

    [Fact]
    public void A_template_is_limited_in_length() =>
        Assert.False(TextTemplate.TryParse(new string('x', 4001), out _, out _));

    private static TemplateFields Fields() => new(
        "Disk full", "db1 is full", "mon@x.example", "Monitor",
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Severity"] = "high" },
        new Dictionary<string, string> { ["host"] = "db1" },
        JsonSerializer.Deserialize<JsonElement>("""{"value": 91.5, "alerts": [{"host": "db1"}, {"host": "db2"}]}"""));
}
