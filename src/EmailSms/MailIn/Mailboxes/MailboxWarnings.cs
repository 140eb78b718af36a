namespace EmailSms.MailIn.Mailboxes;

/// <summary>What an admin should know of the mailboxes of a configuration: said by <c>emailsms check</c>.</summary>
internal static class MailboxWarnings
{
    /// <summary>Each with the key it is about.</summary>
    public static IEnumerable<(string Key, string Sentence)> Of(
        IReadOnlyList<MailboxOptions> mailboxes, AddressOptions addresses)
    {
        foreach ((int place, MailboxOptions mailbox) in mailboxes.Index())
        {
            string key = $"{MailboxOptions.Section}:{place}";
            if (mailbox.AgeMax > addresses.RepeatWindow)
            {
                yield return (
                    $"{key}:{nameof(mailbox.AgeMax)}",
                    $"is longer than Addresses:RepeatWindow ({addresses.RepeatWindow}): where the server numbers its "
                    + "mails anew, those in between are texted again.");
            }

            if (mailbox.After is MailboxAfter.Keep)
            {
                yield return (
                    $"{key}:{nameof(mailbox.After)}",
                    "is Keep: nothing in the mailbox shows what was read, and it grows until somebody clears it.");
            }

            if (mailbox.AuthservId.Length > 0)
            {
                yield return (
                    $"{key}:{nameof(mailbox.AuthservId)}",
                    $"is {mailbox.AuthservId}: what {mailbox.Host} writes under that name proves senders. It has to "
                    + "take such fields of others out.");
            }
        }
    }

    /// <summary>Names that are there twice, among mailboxes and listeners: a rule could not tell them apart.</summary>
    public static IEnumerable<(string Key, string Sentence)> MistakesOf(
        IReadOnlyList<MailboxOptions> mailboxes, MailInOptions smtp)
    {
        var names = new HashSet<string>(smtp.Listeners.Select(one => one.Name), StringComparer.OrdinalIgnoreCase);
        foreach ((int place, MailboxOptions mailbox) in mailboxes.Index())
        {
            if (names.Add(mailbox.Name)) continue;
            yield return (
                $"{MailboxOptions.Section}:{place}:{nameof(mailbox.Name)}",
                $"{mailbox.Name} is the name of another mailbox or listener.");
        }
    }
}
