using EmailSms.Messages;

namespace EmailSms.Composing;

/// <summary>What is wrong with an address book as a whole: names taken twice, unknown members, circles.</summary>
internal static class BookCheck
{
    /// <summary>Pairs of the name that is wrong and a sentence for whoever changed it.</summary>
    public static IReadOnlyList<(string Name, string Sentence)> Mistakes(
        IReadOnlyList<Contact> contacts, IReadOnlyList<ContactGroup> groups, IReadOnlyList<OnCall> onCalls)
    {
        List<(string, string)> wrong = [];
        Dictionary<string, ContactGroup> byName = groups.ToDictionary(group => group.Name);
        HashSet<string> people = [.. contacts.Select(contact => contact.Name)];
        wrong.AddRange(contacts.Select(one => one.Name).Concat(groups.Select(one => one.Name))
            .Concat(onCalls.Select(one => one.Name))
            .GroupBy(name => name).Where(same => same.Count() > 1)
            .Select(same => (same.Key, $"{same.Key} is the name of two things: contacts, groups and on-call lists "
                + "share their names.")));
        foreach (ContactGroup group in groups)
        {
            wrong.AddRange(group.Members
                .Where(member => !IsNumber(member) && !people.Contains(member) && !byName.ContainsKey(member))
                .Select(member => (group.Name, $"{group.Name}: {member} is no contact, group or number.")));
            if (IsInCircle(group, byName)) wrong.Add((group.Name, $"{group.Name} is a member of itself."));
        }

        foreach (OnCall onCall in onCalls)
        {
            wrong.AddRange(onCall.People.Where(person => !IsNumber(person) && !people.Contains(person))
                .Select(person => (onCall.Name, $"{onCall.Name}: {person} is no contact or number.")));
        }

        return wrong;
    }

    private static bool IsNumber(string member) => PhoneNumber.TryFromE164(member, out _);

    private static bool IsInCircle(ContactGroup group, Dictionary<string, ContactGroup> byName)
    {
        HashSet<string> seen = [];
        Stack<string> open = new(group.Members);
        while (open.TryPop(out string? member))
        {
            if (member == group.Name) return true;
            if (!seen.Add(member) || !byName.TryGetValue(member, out ContactGroup? inner)) continue;
            foreach (string next in inner.Members) open.Push(next);
        }

        return false;
    }
}
