using CsCheck;
using EmailSms.Composing;

namespace EmailSms.Tests.Composing;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("a<br>b<br/><br>c", "a\nb\n\nc")]
    [InlineData("<div>a</div><div>b</div>", "a\nb")]
    [InlineData("<div>a</div><div><br></div><div>b</div>", "a\n\nb")]
    [InlineData("<p>a</p>\n<p>b</p>", "a\n\nb")]
    [InlineData("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb")]
    [InlineData("<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>", "a\n\nb")]
    [InlineData("a  \n b\t<b> c</b>", "a b c")]
    [InlineData("<b>bo</b>ld", "bold")]
    [InlineData("<pre>a\n  b</pre>", "a\n b")]
    [InlineData("&lt;5 &amp; &euro;3 &#x41;&#66; &nbsp;x&unknown;", "<5 & €3 AB x&unknown;")]
    [InlineData("<h1>Head</h1>text", "Head\ntext")]
    public void Blocks_end_lines_and_white_space_is_one_space(string html, string expected) =>
        Assert.Equal(expected, HtmlText.Convert(html).Replace("  ", " ", StringComparison.Ordinal));

    [Theory]
    [InlineData("<ul><li>a<li>b</ul>", "- a\n- b")]
    [InlineData("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b")]
    [InlineData("<ol><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ol>", "1. a\n2. b\n- c\n3. d")]
    public void A_list_has_a_dash_or_a_number_for_each_item(string html, string expected) =>
        Assert.Equal(expected, HtmlText.Convert(html));

    [Theory]
    [InlineData("<table><tr><td>Host</td><td>web01</td></tr><tr><td>State:</td><td>DOWN</td></tr></table>",
        "Host: web01\nState: DOWN")]
    [InlineData("<table><tr><th>Name<th>State<th>Time<tr><td>a<td>up<td>3</table>", "Name, State, Time\na, up, 3")]
    [InlineData("<table><tr><td>Host:</td><td>a</td><td>State:</td><td>up</td></tr></table>", "Host: a, State: up")]
    [InlineData("<table role=presentation><tr><td>Hello</td><td>Ann</td></tr></table>", "Hello Ann")]
    [InlineData("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>", "a: b")]
    [InlineData("<table><tr><td></td><td>&nbsp;</td><td>only</td></tr></table>", "only")]
    [InlineData("<table><td>loose</td></table>after", "loose\nafter")]
    [InlineData("<table><tr><td>Info</td><td>line<br>line</td></tr></table>", "Info\nline\nline")]
    public void A_table_row_reads_as_label_and_value(string html, string expected) =>
        Assert.Equal(expected, HtmlText.Convert(html));

    [Theory]
    [InlineData("<head><title>t</title><style>p{}</style></head>a", "a")]
    [InlineData("<head><title>t</title><p>a", "a")] // a head that nobody closed
    [InlineData("<script>if(a<b)document.write('<p>x</p>')</script>a", "a")]
    [InlineData("<!-- x --><!--[if mso]><p>x</p><![endif]-->a", "a")]
    [InlineData("<div style='display:none'>x<div>x</div>x</div>a", "a")]
    [InlineData("<div style='DISPLAY : NONE !important'>x</div>a", "a")]
    [InlineData("<span style='max-height:0px;overflow:hidden'>x</span>a", "a")]
    [InlineData("<span style='opacity:0'>x</span>a", "a")]
    [InlineData("<span style='mso-hide:all'>x</span>a", "a")]
    [InlineData("<span style='visibility:hidden'>x</span>a", "a")]
    [InlineData("<div class='email-preheader'>x</div>a", "a")]
    [InlineData("<p hidden>x</p>a", "a")]
    [InlineData("a<div style='display:none'>x</div>b", "ab")]
    [InlineData("<table style='display:none'><tr><td>x</td></tr></table>a", "a")]
    [InlineData("<span style='opacity:0.8;height:0.5em'>seen</span>", "seen")]
    [InlineData("<td style='font-size:0px'><div style='font-size:13px'>seen</div></td>", "seen")]
    public void What_no_reader_sees_is_dropped(string html, string expected) =>
        Assert.Equal(expected, HtmlText.Convert(html));

    [Theory]
    [InlineData("<a href='https://x.example.org/a'>the plan</a>", "the plan (https://x.example.org/a)")]
    [InlineData("<a href='https://www.example.org/'>example.org</a>", "example.org")]
    [InlineData("<a href='http://example.org/a'>http://example.org/a</a>", "http://example.org/a")]
    [InlineData("<a href='mailto:ann@example.org'>Ann</a>", "Ann")]
    [InlineData("<a href='javascript:alert(1)'>go</a>", "go")]
    [InlineData("<a href='#top'>top</a>", "top")]
    [InlineData("<a href='https://x.example.org'><img src=y></a>a", "a")]
    [InlineData("see <a href='https://x.example.org/a'>this</a>.", "see this (https://x.example.org/a).")]
    [InlineData("<a href='https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example.org%2Fa"
        + "&amp;data=1'>plan</a>", "plan (https://x.example.org/a)")]
    public void A_link_keeps_its_address_where_the_text_lacks_it(string html, string expected) =>
        Assert.Equal(expected, HtmlText.Convert(html));

    [Fact]
    public void An_address_as_long_as_a_trackers_is_dropped()
    {
        string kept = $"https://x.example.org/{new string('a', MailLimits.LinkCharsMax - 22)}";
        Assert.Equal($"go ({kept})", HtmlText.Convert($"<a href='{kept}'>go</a>"));
        Assert.Equal("go", HtmlText.Convert($"<a href='{kept}a'>go</a>"));
    }

    [Fact]
    public void A_quotation_and_a_signature_are_marked_as_in_plain_text() => Assert.Equal(
        "new\n-- \nAnn\n> old\n> older",
        HtmlText.Convert("<p class=MsoNormal>new<div class='gmail_signature'>Ann</div>"
            + "<blockquote type=cite>old<br>older</blockquote>"));

    [Fact]
    public void An_emoji_that_is_drawn_is_text() =>
        Assert.Equal("ok 👍", HtmlText.Convert("ok <img alt='👍' src='x'><img alt='Logo' src='y'>"));

    [Fact]
    public void Any_page_is_read_without_a_crash()
    {
        Gen<string> pieces = Gen.OneOf<string>(
            "<table>", "</table>", "<tr>", "</tr>", "<td>", "<th>", "</td>", "<p>", "</p>", "<div>", "</div>", "<li>",
            "<ul>", "</ul>", "<ol>", "<a href='http://a.example'>", "</a>", "<br>", "<blockquote type=cite>",
            "</blockquote>", "<head>", "</head>", "<script>", "</script>", "<p style='display:none'>", "<pre>",
            "</pre>", "text", " ", "&nbsp;", "&#0;", "<", "<!--", "-->", "<![CDATA[", "\0", "\uD800", "<dl>", "<dt>",
            "<dd>");
        pieces.List[0, 60].Sample(page => HtmlText.Convert(string.Concat(page)) is not null, iter: 5_000);
    }
}
