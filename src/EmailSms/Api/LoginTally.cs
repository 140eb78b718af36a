using System.Globalization;
using System.Net;

namespace EmailSms.Api;

/// <summary>What is told of a login.</summary>
internal enum LoginKind
{
    Login,
    Failure,
    Bar,
}

/// <summary>What is counted together.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Actor">Where, as the trail names it: <c>listener office</c>.</param>
/// <param name="What">What was shown: <see cref="LoginTally.User"/>, a token; of a bar the address itself.</param>
/// <param name="Name">The account. Null: it is none of ours, and what was written for a name is not kept.</param>
/// <param name="From">The client, of IPv6 the /64. Null: wherever.</param>
/// <param name="IsOthers">All of that kind that have no row of their own.</param>
internal readonly record struct LoginKey(
    LoginKind Kind, string Actor, string What, string? Name, IPAddress? From, bool IsOthers = false);

/// <summary>How often it came.</summary>
internal sealed class LoginCount
{
    /// <summary>Whatever happened, so many times.</summary>
    public long Times { get; set; }

    /// <summary>Of failures: those whose proof was not looked at, as there was a bar already.</summary>
    public long Unlooked { get; set; }

    public long FirstMs { get; set; }

    public long LastMs { get; set; }

    /// <summary>The first client.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>Of a login: whether the first was inside TLS.</summary>
    public bool IsTls { get; set; }

    /// <summary>Of a login: the addresses of the account, by which a person is found.</summary>
    public string? SendAs { get; set; }

    public void Add(LoginCount other)
    {
        if (Times == 0) (FirstMs, Address) = (other.FirstMs, other.Address);
        (Times, Unlooked, LastMs) = (Times + other.Times, Unlooked + other.Unlooked, other.LastMs);
    }
}

/// <summary>An entry for the audit trail.</summary>
internal sealed record LoginRow(string Actor, string Action, string Subject, object? After);

/// <summary>
/// Decides what of logins has an entry in the audit trail, so that the trail stays flat whoever knocks: the first login
/// of a user from an address on a day; the first failure of each pair in an hour and their number at its end; and of
/// those beyond a bound their number alone.
/// </summary>
internal sealed class LoginTally
{
    public const string LoginAction = "login";
    public const string FailedAction = "login-failed";
    public const string BarredAction = "barred";

    /// <summary>An account of a listener.</summary>
    public const string User = "smtp_user";

    /// <summary>A client, whatever it shows.</summary>
    public const string Address = "address";

    /// <summary>Addresses from which one user has entries of its own on a day.</summary>
    public const int AddressesPerUserMax = 100;

    /// <summary>Entries of their own in an hour about accounts that there are, for each kind.</summary>
    public const int OursPerHourMax = 50;

    /// <summary>The same about whoever else.</summary>
    public const int StrangersPerHourMax = 10;

    private const long HourMs = 60 * 60 * 1000;
    private const long DayMs = 24 * HourMs;
    private const string Unknown = "(unknown)";
    private const string Known = "(known)";
    private const string OthersActor = "service";

    private readonly HashSet<LoginKey> _today = [];
    private readonly Dictionary<string, int> _addresses = []; // of each user, today
    private readonly Dictionary<LoginKey, LoginCount> _hour = []; // who has an entry, and what came after it
    private readonly Dictionary<(LoginKind, string, bool), int> _told = []; // entries of this hour
    private readonly Dictionary<LoginKey, LoginCount> _others = [];
    private long _hourNow = -1;

    /// <summary>Whether something waits for the end of the hour to be told.</summary>
    public bool IsAnyLeft => _others.Count > 0 || _hour.Values.Any(later => later.Times > 0);

    /// <summary>How long the hour still goes on.</summary>
    public static TimeSpan RestOfHour(long nowMs) => TimeSpan.FromMilliseconds(HourMs - nowMs % HourMs);

    /// <summary>Whether this login needs no telling any more: the one look for each of a thousand an hour.</summary>
    public bool IsTold(LoginKey login, long nowMs) => IsToday(nowMs) && _today.Contains(login);

    /// <summary>Takes what has come.</summary>
    public void Tell(LoginKey key, LoginCount count, List<LoginRow> rows)
    {
        if (key.IsOthers)
        {
            AddToOthers(key, count);
        }
        else if (key.Kind is LoginKind.Login)
        {
            TellLogin(key, count, rows);
        }
        else if (_hour.TryGetValue(key, out LoginCount? later))
        {
            later.Add(count);
        }
        else if (IsRoomFor(key))
        {
            _hour.Add(key, new LoginCount());
            rows.Add(Row(key, count));
        }
        else
        {
            AddToOthers(key, count);
        }
    }

    /// <summary>Tells what was only counted, if the hour is over.</summary>
    /// <param name="nowMs">The time, unix milliseconds.</param>
    /// <param name="isLast">The service ends, so the hour does.</param>
    /// <param name="rows">Where it is told.</param>
    public void EndHour(long nowMs, bool isLast, List<LoginRow> rows)
    {
        if (_hourNow == nowMs / HourMs && !isLast) return;
        foreach ((LoginKey key, LoginCount later) in _hour.Where(one => one.Value.Times > 0))
        {
            if (key.Name is not null) rows.Add(Row(key, later));
            else AddToOthers(key, later);
        }

        rows.AddRange(_others.Select(one => Row(one.Key, one.Value)));
        _hour.Clear();
        _told.Clear();
        _others.Clear();
        if (!IsToday(nowMs))
        {
            _today.Clear();
            _addresses.Clear();
        }

        _hourNow = nowMs / HourMs;
    }

    private bool IsToday(long nowMs) => _hourNow * HourMs / DayMs == nowMs / DayMs;

    private void TellLogin(LoginKey key, LoginCount count, List<LoginRow> rows)
    {
        int addresses = _addresses.GetValueOrDefault(key.Name!);
        if (addresses >= AddressesPerUserMax)
        {
            AddToOthers(key, count);
        }
        else if (_today.Add(key))
        {
            _addresses[key.Name!] = addresses + 1;
            rows.Add(Row(key, count));
        }
    }

    private bool IsRoomFor(LoginKey key)
    {
        bool isOurs = key.Name is not null;
        int told = _told.GetValueOrDefault((key.Kind, key.What, isOurs));
        if (told >= (isOurs ? OursPerHourMax : StrangersPerHourMax)) return false;
        _told[(key.Kind, key.What, isOurs)] = told + 1;
        return true;
    }

    private void AddToOthers(LoginKey key, LoginCount count)
    {
        string? name = key is { Kind: not LoginKind.Login, Name: not null } ? Known : key.Name;
        var others = new LoginKey(key.Kind, OthersActor, key.What, name, From: null, IsOthers: true);
        if (!_others.TryGetValue(others, out LoginCount? sum)) _others.Add(others, sum = new LoginCount());
        sum.Add(count);
    }

    private static LoginRow Row(LoginKey key, LoginCount count) => key.Kind switch
    {
        LoginKind.Login => new LoginRow(
            key.Actor, LoginAction, Subject(key, count),
            key.IsOthers
                ? (object)new { logins = count.Times, since = Time(count.FirstMs), until = Time(count.LastMs) }
                : new { tls = count.IsTls, sendAs = count.SendAs }),
        LoginKind.Failure => new LoginRow(
            key.Actor, FailedAction, Subject(key, count),
            new
            {
                failures = count.Times - count.Unlooked,
                unlooked = count.Unlooked,
                since = Time(count.FirstMs),
                until = Time(count.LastMs),
            }),
        _ => new LoginRow(
            key.Actor, BarredAction, Subject(key, count), count.Times == 1 ? null : new { bars = count.Times }),
    };

    private static string Subject(LoginKey key, LoginCount count)
    {
        string whose = key.What == User ? $"{User} {key.Name ?? Unknown}" : key.What;
        if (key.IsOthers) return $"{whose} from others";
        if (key.From is null) return whose;
        return key.What == Address ? $"{whose} {count.Address}" : $"{whose} from {count.Address}";
    }

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
