using System.Text.RegularExpressions;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// The threads that a mail program shows: the REFERENCES algorithm of RFC 5256, which is that of Jamie Zawinski. Steps
/// are those of the RFC; the order within a thread is left out, since only what belongs together is asked.
/// </summary>
internal static partial class MailThreads
{
    /// <summary>The Message-IDs of each thread.</summary>
    public static List<HashSet<string>> Of(IEnumerable<MimeMessage> mails)
    {
        Dictionary<string, Container> all = [];
        Container At(string id) => all.TryGetValue(id, out Container? known) ? known : all[id] = new Container(id);
        foreach (MimeMessage mail in mails)
        {
            // (1) Link the references to each other, the first the parent of the second, and the last to the mail.
            Container self = At(mail.MessageId!);
            self.Mail = mail;
            Container? parent = null;
            List<string> references = [.. mail.References];
            if (references.Count == 0 && mail.InReplyTo is { } answered) references.Add(answered);
            foreach (string id in references)
            {
                Container next = At(id);
                if (parent is not null && next.Parent is null && !next.Has(parent)) next.Parent = parent;
                parent = next;
            }

            self.Parent = parent is not null && !self.Has(parent) && parent != self ? parent : null;
        }

        // (2)-(3) Each root with its children; those without any mail fall away.
        List<HashSet<string>> threads =
        [
            .. all.Values.Where(one => one.Mail is not null).GroupBy(one => one.Root)
                .Select(group => group.Select(one => one.Id).ToHashSet()),
        ];

        // (5) Threads of the same base subject, where one is a reply by its subject, are one.
        var bySubject = new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (HashSet<string> thread in threads.ToList())
        {
            MimeMessage first = all[thread.First()].Mail!;
            string subject = Base(first.Subject ?? "", out bool isReply);
            if (subject.Length == 0) continue;
            if (!bySubject.TryGetValue(subject, out HashSet<string>? same)) bySubject[subject] = thread;
            else if (isReply)
            {
                same.UnionWith(thread);
                threads.Remove(thread);
            }
        }

        return threads;
    }

    private static string Base(string subject, out bool isReply)
    {
        Match reply = ReplyMark().Match(subject);
        isReply = reply.Success;
        return subject[reply.Length..].Trim();
    }

    [GeneratedRegex(@"^(\s*(re|fwd?|aw|sv)\s*(\[[^\]]*\])?:\s*)+", RegexOptions.IgnoreCase)]
    private static partial Regex ReplyMark();

    private sealed class Container(string id)
    {
        public string Id { get; } = id;

        public MimeMessage? Mail { get; set; }

        public Container? Parent { get; set; }

        public Container Root => Parent?.Root ?? this;

        /// <summary>Whether the other is below this one: a link to it would be a circle.</summary>
        public bool Has(Container other)
        {
            for (Container? one = other; one is not null; one = one.Parent)
            {
                if (one == this) return true;
            }

            return false;
        }
    }
}
