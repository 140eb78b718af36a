using EmailSms.Messages;
using MimeKit;
using MimeKit.Cryptography;

namespace EmailSms.Policy.Proof;

/// <summary>
/// What another server says it has verified (RFC 8601): only passes, and whom they are for. Whether that server is to
/// be believed is decided before one is made.
/// </summary>
/// <param name="Server">The authserv-id.</param>
/// <param name="SpfDomain">The envelope domain that passed SPF.</param>
/// <param name="DkimDomains">The domains whose signatures were right.</param>
/// <param name="DmarcDomain">The author's domain that passed DMARC.</param>
internal sealed record ReportedResults(
    string Server, string? SpfDomain, IReadOnlyList<string> DkimDomains, string? DmarcDomain)
{
    private const string Pass = "pass";

    /// <summary>Takes what a field says.</summary>
    public static ReportedResults Of(AuthenticationResults field)
    {
        string? spf = null;
        string? dmarc = null;
        List<string> dkim = [];
        foreach (AuthenticationMethodResult one in field.Results)
        {
            if (!Pass.Equals(one.Result, StringComparison.OrdinalIgnoreCase)) continue;
            switch (one.Method.ToLowerInvariant())
            {
                case "spf":
                    spf ??= DomainOf(Property(one, "smtp", "mailfrom"));
                    break;
                case "dkim":
                    string? signer = DomainOf(Property(one, "header", "d") ?? Property(one, "header", "i"));
                    if (signer is not null) dkim.Add(signer);
                    break;
                case "dmarc":
                    dmarc ??= DomainOf(Property(one, "header", "from"));
                    break;
                default:
                    break;
            }
        }

        return new ReportedResults(field.AuthenticationServiceIdentifier ?? "", spf, dkim, dmarc);
    }

    /// <summary>
    /// What a server in front says: the topmost field under its name, and only where at most so many
    /// <c>Received</c> stand above it. What is further down was there before the mail reached that server.
    /// </summary>
    public static ReportedResults? Of(HeaderList fields, string server, int receivedAboveMax)
    {
        int received = 0;
        foreach (Header field in fields)
        {
            if (field.Id is HeaderId.Received && ++received > receivedAboveMax) return null;
            if (field.Id is not HeaderId.AuthenticationResults) continue;
            if (AuthenticationResults.TryParse(field.RawValue, out AuthenticationResults? results)
                && server.Equals(results.AuthenticationServiceIdentifier, StringComparison.OrdinalIgnoreCase))
            {
                return Of(results);
            }
        }

        return null;
    }

    private static string? Property(AuthenticationMethodResult result, string type, string name) => result.Properties
        .FirstOrDefault(one => type.Equals(one.PropertyType, StringComparison.OrdinalIgnoreCase)
            && name.Equals(one.Property, StringComparison.OrdinalIgnoreCase))?.Value;

    // smtp.mailfrom and header.from are an address or a domain, header.i has a domain behind its @.
    private static string? DomainOf(string? value)
    {
        if (value is null) return null;
        string written = EmailAddress.TryParse(value, out EmailAddress address)
            ? address.Domain
            : value[(value.LastIndexOf('@') + 1)..];
        return DnsName.TryOfMail(written, out string? domain) ? domain : null;
    }
}
