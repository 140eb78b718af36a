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

    /// <summary>
    /// Names that are there twice, among mailboxes and listeners: a rule could not tell them apart. And mailboxes.
    /// </summary>
    /// <param name="mailboxes">All of them.</param>
    /// <param name="smtp">The listeners.</param>
    /// <param name="answers">The address at which answers are taken; empty: at a domain of ours.</param>
    public static IEnumerable<(string Key, string Sentence)> MistakesOf(
        IReadOnlyList<MailboxOptions> mailboxes, MailInOptions smtp, string answers = "")
    {
        bool isRead = mailboxes.Any(one => one.Recipients is not MailboxRecipients.Subject
            && one.Address.Equals(answers, StringComparison.OrdinalIgnoreCase));
        if (answers.Length > 0 && !isRead)
        {
            yield return (
                "Replies:AnswerAddress",
                $"{answers} is the Address of no entry of Mailboxes that reads plus addresses.");
        }

        var names = new HashSet<string>(smtp.Listeners.Select(one => one.Name), StringComparer.OrdinalIgnoreCase);
        var sources = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int place, MailboxOptions mailbox) in mailboxes.Index())
        {
            if (!sources.Add(mailbox.Source))
            {
                yield return (
                    $"{MailboxOptions.Section}:{place}:{nameof(mailbox.UserName)}",
                    $"{mailbox.Source} is read by another entry: a mail is decided about once, by the first of them.");
            }

            if (names.Add(mailbox.Name)) continue;
            yield return (
                $"{MailboxOptions.Section}:{place}:{nameof(mailbox.Name)}",
                $"{mailbox.Name} is the name of another mailbox or listener.");
        }
    }
}
