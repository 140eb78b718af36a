using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Composing;

/// <summary>One number that a name means.</summary>
/// <param name="Number">The phone.</param>
/// <param name="Via">
/// The names on the way to it, as sender rules write them: <c>group:night-shift</c>, <c>contact:anna</c>.
/// </param>
internal sealed record NamedNumber(PhoneNumber Number, IReadOnlyList<string> Via);

/// <summary>What a name means now.</summary>
internal abstract record NameReading
{
    private NameReading() { } // closed: the four below are all there are

    /// <summary>A contact, or all of a group, each number once.</summary>
    internal sealed record Numbers(IReadOnlyList<NamedNumber> All) : NameReading;

    /// <summary>An on-call list: who is texted first, and the others in their order.</summary>
    internal sealed record Chain(OnCall OnCall, IReadOnlyList<NamedNumber> People) : NameReading;

    /// <summary>An on-call list whose calendar has nobody now.</summary>
    internal sealed record Nobody : NameReading;

    /// <summary>No such name.</summary>
    internal sealed record Unknown : NameReading;
}

/// <summary>Finds what the names in addresses mean.</summary>
internal sealed class NameResolver(SqliteStore store, TimeProvider time)
{
    /// <summary>The meaning of a name; case does not matter.</summary>
    public NameReading Resolve(string text)
    {
        string name = text.ToLowerInvariant();
        return store.Read<NameReading>(db =>
        {
            if (AddressBook.FindContact(db, name) is { } contact)
            {
                return new NameReading.Numbers([new NamedNumber(contact.Number, [$"contact:{name}"])]);
            }

            if (AddressBook.FindGroup(db, name) is { } group) return new NameReading.Numbers(Expand(db, group));
            if (AddressBook.FindOnCall(db, name) is not { } onCall) return new NameReading.Unknown();
            IReadOnlyList<string> people = onCall.ChainAt(time.GetUtcNow());
            return people.Count == 0
                ? new NameReading.Nobody()
                : new NameReading.Chain(onCall, People(db, onCall, people));
        });
    }

    /// <summary>The contacts that have a number, as sender rules write them.</summary>
    public IReadOnlyList<string> NamesOf(PhoneNumber number) =>
        store.Read(db => AddressBook.NamesOf(db, number)).ConvertAll(name => $"contact:{name}");

    private static List<NamedNumber> People(StoreSession db, OnCall onCall, IReadOnlyList<string> people)
    {
        List<NamedNumber> found = [];
        foreach (string person in people)
        {
            if (Person(db, person, [$"oncall:{onCall.Name}"]) is { } one
                && !found.Exists(other => other.Number == one.Number))
            {
                found.Add(one);
            }
        }

        return found;
    }

    private static List<NamedNumber> Expand(StoreSession db, ContactGroup group)
    {
        Dictionary<PhoneNumber, NamedNumber> found = [];
        Dictionary<PhoneNumber, int> order = [];
        HashSet<string> seen = [group.Name];
        Queue<(ContactGroup Group, IReadOnlyList<string> Via)> open = new([(group, [$"group:{group.Name}"])]);
        while (open.TryDequeue(out (ContactGroup Group, IReadOnlyList<string> Via) next))
        {
            foreach (string member in next.Group.Members)
            {
                if (Person(db, member, next.Via) is { } one)
                {
                    order.TryAdd(one.Number, order.Count);
                    found[one.Number] = found.TryGetValue(one.Number, out NamedNumber? known)
                        ? new NamedNumber(one.Number, [.. known.Via.Union(one.Via)])
                        : one;
                }
                else if (seen.Add(member) && AddressBook.FindGroup(db, member) is { } inner)
                {
                    open.Enqueue((inner, [.. next.Via, $"group:{member}"]));
                }
            }
        }

        return [.. found.Values.OrderBy(one => order[one.Number])];
    }

    private static NamedNumber? Person(StoreSession db, string member, IReadOnlyList<string> via)
    {
        if (PhoneNumber.TryFromE164(member, out PhoneNumber number)) return new NamedNumber(number, via);
        return AddressBook.FindContact(db, member) is { } contact
            ? new NamedNumber(contact.Number, [.. via, $"contact:{member}"])
            : null;
    }
}
