using EmailSms.Policy;
using EmailSms.Policy.Proof;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>Who wrote it, what the domain publishes, and whose word is taken.</summary>
public sealed class ProofOfOriginTests : IAsyncDisposable
{
    private const string Rest =
        "To: 447700900123@sms.example\r\nSubject: Hello\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n"
        + "Come at nine.\r\n";

    private const string Mail = "From: Ann <ann@x.example>\r\n" + Rest;
    private const string Front = "10.0.0.1";

    private readonly OriginProbe _probe = new();

    public ValueTask DisposeAsync() => _probe.DisposeAsync();

    [Theory]
    [InlineData("From: Ann <ann@x.example>\r\n", "ann@x.example", null)]
    [InlineData("From: ann@X.Example\r\n", "ann@x.example", null)]
    [InlineData("From: \"ann@x.example\" <eve@evil.example>\r\n", "eve@evil.example", null)]
    [InlineData("From: ann@m\u00fcnchen.example\r\n", "ann@m\u00fcnchen.example", null)]
    [InlineData("", null, "This mail has no From")]
    [InlineData("From: ann@x.example\r\nFrom: eve@evil.example\r\n", null, "This mail has more than one From")]
    [InlineData("From: ann@x.example\r\nfrom : eve@evil.example\r\n", null, "This mail has more than one From")]
    [InlineData("From: ann@x.example, eve@evil.example\r\n", null, "This mail has a From that is not one address")]
    [InlineData("From: friends: ann@x.example;\r\n", null, "This mail has a From that is not one address")]
    [InlineData("From: Ann\r\n", null, "This mail has a From that is not one address")]
    [InlineData("From: ann@localhost\r\n", null, "This mail has a From that is not one address")]
    [InlineData("From: ann@[192.0.2.1]\r\n", null, "This mail has a From that is not one address")]
    [InlineData("From:\r\n", null, "This mail has a From that is not one address")]
    public async Task The_author(string from, string? author, string? wrong)
    {
        Evidence found = await _probe.ExamineAsync(from + Rest, checksSpf: false);
        Assert.Equal(author, found.Author?.ToString());
        if (wrong is null) Assert.Null(found.AuthorWrong);
        else Assert.StartsWith(wrong, found.AuthorWrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", "reject")]
    [InlineData("v=DMARC1;p=quarantine;adkim=s;", "quarantine")]
    [InlineData("v=DMARC1; p=none; rua=mailto:a@x.example", "none")]
    [InlineData("v=DMARC1; p=sometimes; rua=mailto:a@x.example", "none")] // RFC 7489 6.6.3
    [InlineData("v=DMARC1; p=sometimes", null)]
    [InlineData("v=DMARC1", null)]
    [InlineData("v=DMARC2; p=reject", null)]
    [InlineData("p=reject; v=DMARC1", null)]
    [InlineData("some text", null)]
    public async Task The_policy(string record, string? policy)
    {
        _probe.Dns.Add($"_dmarc.x.example TXT {record}");
        Assert.Equal(policy, (await _probe.ExamineAsync(Mail)).Dmarc.Policy?.Policy);
    }

    [Fact]
    public async Task A_policy_says_how_near_is_near_enough()
    {
        _probe.Dns.Add("_dmarc.x.example TXT v=DMARC1; p=reject; adkim=s; aspf=r");
        Assert.Equal(
            new DmarcPolicy("x.example", "reject", IsDkimStrict: true, IsSpfStrict: false),
            (await _probe.ExamineAsync(Mail)).Dmarc.Policy);
    }

    [Fact]
    public async Task Several_policies_are_none()
    {
        _probe.Dns.Add("_dmarc.x.example TXT v=DMARC1; p=reject");
        _probe.Dns.Add("_dmarc.x.example TXT v=DMARC1; p=none");
        Assert.Equal(DmarcAnswer.None, (await _probe.ExamineAsync(Mail)).Dmarc);
    }

    [Fact]
    public async Task The_policy_of_the_organization_is_looked_for_where_the_domain_has_none()
    {
        _probe.Dns.Add("_dmarc.shop.co.uk TXT v=DMARC1; p=reject");
        _probe.Dns.Add("_dmarc.co.uk TXT v=DMARC1; p=none");
        Evidence found = await _probe.ExamineAsync("From: ann@a.b.shop.co.uk\r\n" + Rest, checksSpf: false);
        Assert.Equal(("shop.co.uk", "reject"), (found.Dmarc.Policy?.Domain, found.Dmarc.Policy?.Policy));
        Assert.Equal(0, _probe.Dns.Count("TXT _dmarc.co.uk"));
        Assert.Equal(0, _probe.Dns.Count("TXT _dmarc.b.shop.co.uk"));
    }

    [Theory]
    [InlineData("_dmarc.x.example FAILS")]
    [InlineData("_dmarc.x.example BABBLES")]
    public async Task A_policy_that_nobody_can_tell_is_open(string line)
    {
        _probe.Dns.Add(line);
        Assert.Equal(new DmarcAnswer(Policy: null, IsTemporary: true), (await _probe.ExamineAsync(Mail)).Dmarc);
    }

    [Fact]
    public async Task The_whole_of_it_stands_on_one_line()
    {
        MailSigner signer = MailSigner.Of("x.example");
        _probe.Dns.Add(signer.ZoneLine());
        _probe.Dns.Add("x.example TXT v=spf1 ip4:198.51.100.7 -all");
        _probe.Dns.Add("_dmarc.x.example TXT v=DMARC1; p=reject");
        Assert.Equal(
            "spf=pass (x.example: ip4:198.51.100.7); dkim=pass (x.example, k1: rsa-sha256); "
                + "dmarc policy reject (x.example)",
            (await _probe.ExamineAsync(signer.Sign(Mail))).ToString());
    }

    [Fact]
    public async Task A_server_in_front_is_believed_and_nobody_else_with_its_name()
    {
        const string Told =
            "Authentication-Results: mx.front.example; dmarc=pass header.from=x.example; "
            + "dkim=pass header.d=x.example; spf=pass smtp.mailfrom=ann@x.example\r\n";
        _probe.Options.TrustedUpstreams.Add(
            new UpstreamOptions { AuthservId = "mx.front.example", Networks = ["10.0.0.0/24"] });

        Evidence found = await _probe.ExamineAsync(Told + Mail, Front);
        Assert.Equal("mx.front.example", found.Upstream?.Server);
        Assert.Equal(
            ("x.example", "x.example", "x.example"),
            (found.Upstream?.SpfDomain, found.Upstream?.DmarcDomain, Assert.Single(found.Upstream!.DkimDomains)));
        Assert.Null(found.Spf); // of the connection it would be that of the server in front

        Assert.Null((await _probe.ExamineAsync(Told + Mail, "10.0.1.1")).Upstream);
        Assert.Null((await _probe.ExamineAsync(
            Told.Replace("mx.front", "mx.evil", StringComparison.Ordinal) + Mail, Front)).Upstream);
    }

    [Fact]
    public async Task Only_the_topmost_field_of_the_server_in_front_counts_and_only_where_it_wrote_it()
    {
        const string Mine = "Authentication-Results: mx.front.example; dmarc=fail header.from=x.example\r\n";
        const string Forged = "Authentication-Results: mx.front.example; dmarc=pass header.from=x.example\r\n";
        const string Received = "Received: from a by b; Mon, 23 Nov 2026 10:00:01 +0000\r\n";
        _probe.Options.TrustedUpstreams.Add(
            new UpstreamOptions { AuthservId = "MX.front.example", Networks = [Front] });

        Assert.Null((await _probe.ExamineAsync(Mine + Received + Forged + Mail, Front)).Upstream?.DmarcDomain);
        Assert.Null((await _probe.ExamineAsync(Received + Mine + Forged + Mail, Front)).Upstream?.DmarcDomain);
        Assert.NotNull((await _probe.ExamineAsync(Received + Forged + Mail, Front)).Upstream?.DmarcDomain);
        Assert.Null((await _probe.ExamineAsync(Received + Received + Forged + Mail, Front)).Upstream);
        _probe.Options.TrustedUpstreams[0].ReceivedAboveMax = 2;
        Assert.NotNull((await _probe.ExamineAsync(Received + Received + Forged + Mail, Front)).Upstream);
    }

    [Theory]
    [InlineData("dkim=pass header.i=@x.example", "x.example")]
    [InlineData("dkim=pass (2048-bit key) header.d=x.example header.s=k1", "x.example")]
    [InlineData("dkim=fail header.d=x.example", "")]
    [InlineData("dkim=pass", "")]
    [InlineData("dkim=pass header.d=x.example; dkim=pass header.d=y.example", "x.example y.example")]
    [InlineData("arc=pass header.d=x.example", "")]
    [InlineData("none", "")]
    public async Task A_field_is_read_for_what_passed(string results, string domains)
    {
        _probe.Options.TrustedUpstreams.Add(
            new UpstreamOptions { AuthservId = "mx.front.example", Networks = [Front] });
        Evidence found = await _probe.ExamineAsync(
            $"Authentication-Results: mx.front.example; {results}\r\n{Mail}", Front);
        Assert.Equal(domains, string.Join(' ', found.Upstream!.DkimDomains));
    }

    [Fact]
    public async Task A_forwarder_that_is_trusted_says_what_it_had_verified()
    {
        MailSigner author = MailSigner.Of("x.example");
        MailSigner list = MailSigner.Of("lists.example", "arc");
        _probe.Dns.Add(author.ZoneLine());
        _probe.Dns.Add(list.ZoneLine());
        string forwarded = list.Seal(
            author.Sign(Mail).Replace("Subject: Hello", "Subject: [list] Hello", StringComparison.Ordinal),
            "mx.lists.example", "dmarc=pass header.from=x.example; dkim=pass header.d=x.example");

        Assert.Null((await _probe.ExamineAsync(forwarded)).Forwarder); // it is no business of ours
        _probe.Options.TrustedSealers.Add("lists.example");
        Evidence found = await _probe.ExamineAsync(forwarded);
        Assert.Equal(DkimResult.Fail, Assert.Single(found.Dkim).Result);
        Assert.Equal("mx.lists.example", found.Forwarder?.Server);
        Assert.Equal("x.example", found.Forwarder?.DmarcDomain);

        Assert.Null((await _probe.ExamineAsync(
            forwarded.Replace("[list]", "[best]", StringComparison.Ordinal))).Forwarder);
        Assert.Null((await _probe.ExamineAsync(
            forwarded.Replace("nine", "nine thirty", StringComparison.Ordinal))).Forwarder);
        Assert.Null((await _probe.ExamineAsync($"Subject: other\r\n{forwarded}")).Forwarder);
        Assert.Null((await _probe.ExamineAsync(
            forwarded.Replace("dmarc=pass", "dmarc=pass reason=x", StringComparison.Ordinal))).Forwarder);
        _probe.Dns.Remove("arc._domainkey.lists.example");
        Assert.Null((await _probe.ExamineAsync(forwarded)).Forwarder);
    }

    [Fact]
    public async Task Of_a_chain_only_the_last_seal_is_believed()
    {
        MailSigner list = MailSigner.Of("lists.example", "arc");
        MailSigner evil = MailSigner.Of("evil.example", "arc");
        _probe.Dns.Add(list.ZoneLine());
        _probe.Dns.Add(evil.ZoneLine());
        _probe.Options.TrustedSealers.Add("lists.example");
        string sealedByEvil = evil.Seal(Mail, "mx.evil.example", "dmarc=pass header.from=x.example");
        Assert.Null((await _probe.ExamineAsync(sealedByEvil)).Forwarder);

        string thenByList = list.Seal(sealedByEvil, "mx.lists.example", "arc=pass; dmarc=fail header.from=x.example");
        Evidence found = await _probe.ExamineAsync(thenByList);
        Assert.Equal(("mx.lists.example", null), (found.Forwarder?.Server, found.Forwarder?.DmarcDomain));

        string byList = list.Seal(Mail, "mx.lists.example", "dmarc=pass header.from=x.example");
        string thenByEvil = evil.Seal(byList, "mx.evil.example", "dmarc=pass header.from=x.example");
        Assert.Null((await _probe.ExamineAsync(thenByEvil)).Forwarder);
    }

    [Theory]
    [InlineData("x.example", "x.example")]
    [InlineData("a.b.x.example", "x.example")]
    [InlineData("mail.shop.co.uk", "shop.co.uk")]
    [InlineData("co.uk", "co.uk")]
    [InlineData("com", "com")]
    [InlineData("a.b.kawasaki.jp", "a.b.kawasaki.jp")]
    [InlineData("a.city.kawasaki.jp", "city.kawasaki.jp")]
    [InlineData("www.ck", "www.ck")]
    [InlineData("a.other.ck", "a.other.ck")]
    [InlineData("me.github.io", "me.github.io")]
    [InlineData("x.me.github.io", "me.github.io")]
    [InlineData("a.b.nosuchtld", "b.nosuchtld")]
    public void An_organization_is_one_label_more_than_a_public_suffix(string domain, string organization) =>
        Assert.Equal(organization, PublicSuffixes.BuiltIn.OrganizationalDomain(domain));

    [Fact]
    public void Another_list_can_be_read()
    {
        using var folder = new TestFolder();
        File.WriteAllText(
            folder.File("list.dat"),
            "// a list\n\nplant.example // a site of ours\nm\u00fcnchen.example\n!own.plant.example\n");
        PublicSuffixes suffixes = PublicSuffixes.Load(folder.File("list.dat"));
        Assert.Equal("hall.plant.example", suffixes.OrganizationalDomain("ups.hall.plant.example"));
        Assert.Equal("own.plant.example", suffixes.OrganizationalDomain("ups.own.plant.example"));
        Assert.Equal("a.xn--mnchen-3ya.example", suffixes.OrganizationalDomain("b.a.xn--mnchen-3ya.example"));
        Assert.Equal("x.uk", suffixes.OrganizationalDomain("y.x.uk"));
    }
}
