using System.Collections.Frozen;

namespace EmailSms.Policy;

/// <summary>
/// Domains where anybody gets an address for the asking, so that a rule for all of the domain would be a rule for
/// everybody. Data: to be added to when one is missed.
/// </summary>
internal static class PublicMailDomains
{
    private static readonly FrozenSet<string> Domains = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "126.com", "163.com", "aim.com", "aol.com", "aol.co.uk", "aol.de", "arcor.de", "atomicmail.io", "att.net",
        "bell.net", "bellsouth.net", "bigpond.com", "bluewin.ch", "bol.com.br", "bt.com", "btinternet.com",
        "charter.net", "comcast.net", "cox.net", "disroot.org", "duck.com", "earthlink.net", "eclipso.eu", "email.cz",
        "email.de", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de",
        "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.fr", "gmx.net", "googlemail.com",
        "guerrillamail.com",
        "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.com.br", "hotmail.de", "hotmail.es", "hotmail.fr",
        "hotmail.it", "hotmail.nl", "hotmail.se", "hushmail.com", "icloud.com", "inbox.lv", "interia.pl", "keemail.me",
        "kolabnow.com", "laposte.net", "libero.it", "list.ru", "live.ca", "live.co.uk", "live.com", "live.com.au",
        "live.de", "live.dk", "live.fr", "live.it", "live.nl", "live.no", "live.se", "mac.com", "mail.com", "mail.de",
        "mail.ee", "mail.ru", "mailbox.org", "mailfence.com", "mailinator.com", "me.com", "msn.com", "mweb.co.za",
        "naver.com", "ntlworld.com", "o2.co.uk", "o2.pl", "onet.pl", "optonline.net", "optusnet.com.au", "orange.fr",
        "outlook.at", "outlook.be", "outlook.co.uk", "outlook.com", "outlook.com.au", "outlook.com.br",
        "outlook.com.tr",
        "outlook.de", "outlook.dk", "outlook.es", "outlook.fr", "outlook.ie", "outlook.in", "outlook.it", "outlook.jp",
        "passport.com", "pm.me", "posteo.de", "posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com",
        "rediffmail.com", "riseup.net", "rocketmail.com", "rogers.com", "runbox.com", "sapo.pt", "sbcglobal.net",
        "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "sky.com", "skynet.be", "sohu.com", "startmail.com",
        "sympatico.ca", "t-online.de", "talktalk.net", "telenet.be", "telia.com", "telus.net", "terra.com.br",
        "tiscali.it", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com", "tutanota.de", "ukr.net", "uol.com.br",
        "verizon.net", "virgilio.it", "virgin.net", "virginmedia.com", "wanadoo.fr", "web.de", "wp.pl",
        "xs4all.nl", "xtra.co.nz", "ya.ru", "yahoo.ca", "yahoo.co.id", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
        "yahoo.com", "yahoo.com.ar", "yahoo.com.au", "yahoo.com.br", "yahoo.com.mx", "yahoo.com.tr", "yahoo.de",
        "yahoo.es", "yahoo.fr", "yahoo.ie", "yahoo.in", "yahoo.it", "yahoo.se", "yandex.com", "yandex.ru", "yeah.net",
        "ymail.com", "ziggo.nl", "zoho.com", "zohomail.com", "zohomail.eu");

    public static bool Contains(string domain) => Domains.Contains(domain);

    /// <summary>The first of them that all of a pattern's senders could be at; null where there is none.</summary>
    public static string? Find(SenderPattern sender) => sender.Domain is not { } domain ? null
        : Contains(domain) ? domain
        : sender.HasSubdomains ? Domains.FirstOrDefault(one => one.EndsWith($".{domain}", StringComparison.Ordinal))
        : null;
}
