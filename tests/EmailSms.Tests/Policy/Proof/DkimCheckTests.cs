using EmailSms.Policy.Proof;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>Signatures as they are made, and broken in each way.</summary>
public sealed class DkimCheckTests : IAsyncDisposable
{
    private const string Mail =
        "From: Ann <ann@x.example>\r\nTo: 447700900123@sms.example\r\nSubject: Hello\r\n"
        + "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x.example>\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nCome at nine.\r\nBring the keys.\r\n";

    private readonly OriginProbe _probe = new();
    private readonly MailSigner _signer = MailSigner.Of("x.example");

    public ValueTask DisposeAsync() => _probe.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signature_of_MimeKit_passes(bool isRelaxed)
    {
        _probe.Dns.Add(_signer.ZoneLine());
        DkimVerdict verdict = await VerifyAsync(_signer.Sign(Mail, isRelaxed));
        Assert.Equal("dkim=pass (x.example, k1: rsa-sha256)", verdict.ToString());
    }

    [Fact]
    public async Task A_signature_with_Ed25519_passes()
    {
        MailSigner signer = MailSigner.OfEd25519("x.example");
        _probe.Dns.Add(signer.ZoneLine());
        DkimVerdict verdict = await VerifyAsync(signer.Sign(Mail));
        Assert.Equal("dkim=pass (x.example, ed: ed25519-sha256)", verdict.ToString());
    }

    [Theory]
    [InlineData("Come at nine", "Come at ten")]
    [InlineData("Subject: Hello", "Subject: Hallo")]
    [InlineData("From: Ann <ann@x.example>", "From: Bob <bob@x.example>")]
    [InlineData("Bring the keys.\r\n", "Bring the keys.\r\nAnd money.\r\n")]
    [InlineData("Date: Mon, 23", "Date: Mon, 24")]
    public async Task A_mail_that_was_changed_fails(string was, string becomes)
    {
        _probe.Dns.Add(_signer.ZoneLine());
        string signed = _signer.Sign(Mail);
        string changed = signed.Replace(was, becomes, StringComparison.Ordinal);
        Assert.NotEqual(signed, changed);
        await ExpectAsync(changed, DkimResult.Fail, "the mail is not as it was signed");
    }

    [Fact]
    public async Task What_relays_may_change_changes_nothing()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        string relayed = "Received: from a by b; Mon, 23 Nov 2026 10:00:01 +0000\r\n"
            + _signer.Sign(Mail).Replace("Subject: Hello", "Subject:   Hello", StringComparison.Ordinal) + "\r\n\r\n";
        Assert.Equal(DkimResult.Pass, (await VerifyAsync(relayed)).Result);
    }

    [Fact]
    public async Task A_signature_by_hand_passes_so_the_ones_below_fail_for_their_own_reasons()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        Assert.Equal(DkimResult.Pass, (await VerifyAsync(_signer.SignByHand(Mail))).Result);
        Assert.Equal(DkimResult.Pass, (await VerifyAsync(_signer.SignByHand(Mail, "i=@news.x.example; "))).Result);
        Assert.Equal(DkimResult.Pass, (await VerifyAsync(_signer.SignByHand(Mail, "q=dns/txt; "))).Result);
    }

    [Fact]
    public async Task An_open_end_of_the_body_is_not_good_enough()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        string signed = _signer.SignByHand(Mail, octets: "Come at nine.\r\n".Length) + "Text of somebody else.\r\n";
        await ExpectAsync(signed, DkimResult.Policy, "its l= lets anybody add to the text");
        signed = _signer.SignByHand(Mail, octets: "Come at nine.\r\nBring the keys.\r\n".Length);
        await ExpectAsync(signed, DkimResult.Policy, "its l= lets anybody add to the text");
    }

    [Fact]
    public async Task A_signature_expires()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        long now = _probe.Clock.GetUtcNow().ToUnixTimeSeconds();
        string signed = _signer.SignByHand(Mail, $"t={now}; x={now + 60}; ");
        Assert.Equal(DkimResult.Pass, (await VerifyAsync(signed)).Result);
        _probe.Clock.Advance(TimeSpan.FromSeconds(61));
        await ExpectAsync(signed, DkimResult.Fail, "it has expired");
        await ExpectAsync(
            _signer.SignByHand(Mail, $"t={now}; x={now}; "), DkimResult.PermError, "it expired before it was made");
    }

    [Fact]
    public async Task A_signature_of_the_future_is_not_good_enough()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        long now = _probe.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(DkimResult.Pass, (await VerifyAsync(_signer.SignByHand(Mail, $"t={now + 3000}; "))).Result);
        await ExpectAsync(
            _signer.SignByHand(Mail, $"t={now + 4000}; "), DkimResult.Policy, "it was made in the future");
    }

    [Fact]
    public async Task SHA_1_is_not_good_enough()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        await ExpectAsync(
            _signer.SignByHand(Mail, algorithm: "rsa-sha1"), DkimResult.Policy,
            "its algorithm is not rsa-sha256 or ed25519-sha256");
    }

    [Theory]
    [InlineData("subject:date:to", DkimResult.PermError, "it does not sign From")]
    [InlineData("from:date:to", DkimResult.Policy, "it does not sign the subject")]
    public async Task Who_writes_and_what_must_be_signed(string fields, object result, string reason)
    {
        _probe.Dns.Add(_signer.ZoneLine());
        await ExpectAsync(_signer.SignByHand(Mail, fields: fields), (DkimResult)result, reason);
    }

    [Theory]
    [InlineData("Subject: Send money", "Subject")]
    [InlineData("To: all@x.example", "To")]
    [InlineData("Date: Tue, 24 Nov 2026 10:00:00 +0000", "Date")]
    [InlineData("Content-Type: text/html", "Content-Type")]
    [InlineData("Message-ID: <2@x.example>", "Message-Id")]
    public async Task A_field_that_was_put_above_the_signed_one_is_not_overlooked(string field, string name)
    {
        _probe.Dns.Add(_signer.ZoneLine());
        await ExpectAsync(
            $"{field}\r\n{_signer.Sign(Mail)}", DkimResult.Policy, $"the mail has more than one {name}");
    }

    [Theory]
    [InlineData("v=2; ", "", "its version is not 1")]
    [InlineData("", "", "its version is not 1")]
    [InlineData("v=1; ", "i=@y.example; ", "its i= is not below its d=")]
    [InlineData("v=1; ", "i=@notx.example; ", "its i= is not below its d=")]
    [InlineData("v=1; ", "q=http/txt; ", "its key is not in the DNS")]
    [InlineData("v=1; ", "t=soon; ", "its t= or x= is no time")]
    [InlineData("v=1; ", "x=-1; ", "its t= or x= is no time")]
    [InlineData("v=1; ", "d=x.example; ", "it is no list of tags")] // d twice
    public async Task A_signature_that_is_wrong_says_how(string version, string tags, string reason)
    {
        _probe.Dns.Add(_signer.ZoneLine());
        await ExpectAsync(_signer.SignByHand(Mail, tags, version: version), DkimResult.PermError, reason);
    }

    [Theory]
    [InlineData("v=DKIM1; t=y; ", DkimResult.None, "its key is on trial")]
    [InlineData("v=DKIM1; s=tlsrpt; ", DkimResult.PermError, "the key is not for mail")]
    [InlineData("v=DKIM1; s=tlsrpt:email; ", DkimResult.Pass, "rsa-sha256")]
    [InlineData("v=DKIM1; s=*; ", DkimResult.Pass, "rsa-sha256")]
    [InlineData("v=DKIM1; h=sha1; ", DkimResult.PermError, "the key is not for SHA-256")]
    [InlineData("v=DKIM1; h=sha1:sha256; ", DkimResult.Pass, "rsa-sha256")]
    [InlineData("v=DKIM1; t=s; ", DkimResult.Pass, "rsa-sha256")]
    [InlineData("", DkimResult.Pass, "rsa-sha256")]
    [InlineData("v=DKIM2; ", DkimResult.PermError, "the key record is of another version")]
    [InlineData("n=note; v=DKIM1; ", DkimResult.PermError, "the key record is of another version")]
    public async Task A_key_says_what_it_is_for(string tags, object result, string reason)
    {
        _probe.Dns.Add(_signer.ZoneLine(tags));
        await ExpectAsync(_signer.Sign(Mail), (DkimResult)result, reason);
    }

    [Theory]
    [InlineData("v=DKIM1; p=", "the key was revoked")]
    [InlineData("v=DKIM1; k=rsa", "the key record has no key")]
    [InlineData("v=DKIM1; k=dsa; p=AAAA", "the key is of a kind that is not known")]
    [InlineData("v=DKIM1; p=AAAA", "the key cannot be read")]
    [InlineData("v=DKIM1; p=???", "the key cannot be read")]
    [InlineData("no tags", "the key record cannot be read")]
    public async Task A_key_that_is_of_no_use_says_why(string record, string reason)
    {
        _probe.Dns.Add($"k1._domainkey.x.example TXT {record}");
        await ExpectAsync(_signer.Sign(Mail), DkimResult.PermError, reason);
    }

    [Fact]
    public async Task A_key_for_the_domain_alone_signs_for_none_below_it()
    {
        _probe.Dns.Add(_signer.ZoneLine("v=DKIM1; t=s; "));
        await ExpectAsync(
            _signer.SignByHand(Mail, "i=@news.x.example; "), DkimResult.PermError,
            "its key is for the domain alone, and its i= is below it");
    }

    [Fact]
    public async Task A_short_key_does_not_count()
    {
        MailSigner weak = MailSigner.Of("x.example", bits: 512);
        _probe.Dns.Add(weak.ZoneLine());
        await ExpectAsync(weak.SignByHand(Mail), DkimResult.PermError, "the key has only 512 bits");
    }

    [Fact]
    public async Task A_key_of_another_kind_does_not_count()
    {
        _probe.Dns.Add($"k1._domainkey.x.example TXT v=DKIM1; {MailSigner.OfEd25519("x.example").KeyTags}");
        await ExpectAsync(_signer.Sign(Mail), DkimResult.PermError, "its key is of another kind");
    }

    [Fact]
    public async Task A_key_of_somebody_else_fails()
    {
        _probe.Dns.Add(MailSigner.Of("x.example", bits: 1024).ZoneLine());
        await ExpectAsync(_signer.Sign(Mail), DkimResult.Fail, "the mail is not as it was signed");
    }

    [Fact]
    public async Task Two_keys_under_one_name_are_none()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        _probe.Dns.Add(_signer.ZoneLine("v=DKIM1; n=other; "));
        await ExpectAsync(_signer.Sign(Mail), DkimResult.PermError, "there is more than one key record");
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_told_from_a_server_that_is_not()
    {
        await ExpectAsync(_signer.Sign(Mail), DkimResult.PermError, "there is no such key");
        _probe.Dns.Add("k1._domainkey.x.example FAILS");
        await ExpectAsync(_signer.Sign(Mail), DkimResult.TempError, "the DNS gave no answer about its key");
    }

    [Fact]
    public async Task Only_signatures_that_can_prove_the_author_are_looked_at_and_not_more_than_five()
    {
        string mail = MailSigner.Of("relay.example").SignByHand(Mail);
        for (int i = 0; i < 8; i++) mail = MailSigner.Of("x.example", $"n{i}").SignByHand(mail);
        Evidence found = await _probe.ExamineAsync(mail);
        Assert.Equal(9, found.Signatures);
        Assert.Equal(["n7", "n6", "n5", "n4", "n3"], found.Dkim.Select(one => one.Selector));
        Assert.Equal(5, _probe.Dns.Questions.Count(one => one.Contains("_domainkey", StringComparison.Ordinal)));
        Assert.Equal(0, _probe.Dns.Count("TXT k1._domainkey.relay.example"));
    }

    [Fact]
    public async Task Octets_of_any_kind_in_a_signature_have_a_verdict()
    {
        _probe.Dns.Add(_signer.ZoneLine());
        var random = new Random(6376);
        string signed = _signer.SignByHand(Mail);
        int end = signed.IndexOf("\r\n", StringComparison.Ordinal);
        for (int i = 0; i < 150; i++)
        {
            char[] broken = signed.ToCharArray();
            for (int n = 0; n < 3; n++) broken[random.Next(16, end)] = (char)random.Next(' ', '\u007f');
            foreach (DkimVerdict verdict in (await _probe.ExamineAsync(new string(broken), checksSpf: false)).Dkim)
            {
                Assert.True(Enum.IsDefined(verdict.Result));
            }
        }
    }

    private async Task ExpectAsync(string mail, DkimResult result, string reason)
    {
        DkimVerdict verdict = await VerifyAsync(mail);
        Assert.Equal((result, reason), (verdict.Result, verdict.Reason));
    }

    private async Task<DkimVerdict> VerifyAsync(string mail) => Assert.Single((await _probe.ExamineAsync(mail)).Dkim);
}
