using EmailSms.Messages;

namespace EmailSms.Composing;

/// <summary>A person or thing with a phone, under a name.</summary>
/// <param name="Name">See <see cref="AddressName"/>.</param>
/// <param name="Number">The phone.</param>
/// <param name="Mailbox">Whose contact it is; null for everybody's.</param>
/// <param name="TimeZone">Where the person lives, such as <c>Europe/Berlin</c>.</param>
/// <param name="Note">What it is.</param>
internal sealed record Contact(string Name, PhoneNumber Number, string? Mailbox, string? TimeZone, string? Note);

/// <summary>Several under one name: contacts, other groups, and numbers.</summary>
internal sealed record ContactGroup(string Name, IReadOnlyList<string> Members, string? Note);
