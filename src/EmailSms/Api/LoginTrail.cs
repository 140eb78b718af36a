using System.Net;
using System.Security.Authentication;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Api;

/// <summary>
/// Writes down in the audit trail who has logged in, who could not, and who is barred.
/// <code>
///   AUTH, token, hook ──► counted in memory ──► a second later: is the name one of ours? ──► LoginTally ──► one write
/// </code>
/// A session only counts: a login that has its entry costs a look into a set. A name that is nobody's is never written,
/// as people type passwords for names; memory and entries are bounded whoever knocks.
/// </summary>
internal sealed class LoginTrail(SqliteStore store, SmtpUsers users, TimeProvider time, ILogger<LoginTrail> log)
    : BackgroundService
{
    private const int PendingMax = 10_000;
    private static readonly TimeSpan GatherTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TroublePause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<LoginKey, LoginCount> _pending = [];
    private readonly LoginTally _tally = new();
    private readonly List<LoginRow> _unwritten = [];
    private readonly Signal _wake = new();

    /// <summary>An AUTH command ended.</summary>
    public void Note(SmtpAuthReport auth)
    {
        // Who comes by a Unix socket is on this machine.
        IPAddress remote = auth.Session.Remote.Address;
        IPAddress client = remote.Equals(IPAddress.None) ? IPAddress.Loopback : remote;
        IPAddress from = ClientPrefix.Of(client);
        string actor = ActorOf(auth.Session.Listener);
        string name = SmtpUser.KeyOf(auth.User ?? "");
        string? user = name.Length is > 0 and <= SmtpUser.NameLengthMax ? name : null;
        var key = new LoginKey(LoginKind.Login, actor, LoginTally.User, user, from);
        if (auth.End is SmtpAuthEnd.Accepted)
        {
            Count(key, client, isTls: auth.Session.Tls is not SslProtocols.None);
            return;
        }

        Count(key with { Kind = LoginKind.Failure }, client, isUnlooked: auth.End is SmtpAuthEnd.Barred);
        key = key with { Kind = LoginKind.Bar };
        if (auth.Bars.HasFlag(SmtpAuthBars.User)) Count(key with { From = null }, client);
        if (auth.Bars.HasFlag(SmtpAuthBars.UserFromAddress)) Count(key, client);
        if (auth.Bars.HasFlag(SmtpAuthBars.Address)) Count(key with { What = LoginTally.Address, Name = null }, client);
    }

    /// <summary>A token in an address was wrong.</summary>
    public void NoteToken(string listener, IPAddress client, bool isBarred)
    {
        var key = new LoginKey(LoginKind.Failure, ActorOf(listener), "token", null, ClientPrefix.Of(client));
        Count(key, client);
        if (isBarred) Count(key with { Kind = LoginKind.Bar }, client);
    }

    /// <summary>Somebody called a hook and was not its carrier.</summary>
    public void NoteHook(string? carrier, IPAddress? caller)
    {
        if (caller is not { } client) return;
        if (client.IsIPv4MappedToIPv6) client = client.MapToIPv4();
        string what = carrier is null ? "hook" : $"hook of {carrier}";
        Count(new LoginKey(LoginKind.Failure, "http", what, null, ClientPrefix.Of(client)), client);
    }

    /// <summary>Ends it, and writes what was only counted.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteAsync(isLast: true).ConfigureAwait(false);
        }
        catch (StoreException trouble)
        {
            log.LoginsLost(trouble, _unwritten.Count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan pause = GatherTime;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(Longest(), time, stoppingToken).ConfigureAwait(false);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(false);
                await WriteAsync(isLast: false).ConfigureAwait(false);
                pause = GatherTime;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // the disk is full, say: it stays in memory, and is bounded there
            {
                pause = TroublePause;
                log.LoginsNotWritten(trouble, pause);
                _wake.Set();
            }
        }
    }

    private static string ActorOf(string listener) => listener.Length == 0 ? "listener" : $"listener {listener}";

    private void Count(LoginKey key, IPAddress client, bool isTls = false, bool isUnlooked = false)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            if (key.Kind is LoginKind.Login && _tally.IsTold(key, now)) return;
            if (_pending.Count >= PendingMax && !_pending.ContainsKey(key))
            {
                key = key with { Name = null, From = null, IsOthers = true };
            }

            if (!_pending.TryGetValue(key, out LoginCount? count))
            {
                _pending.Add(key, count = new LoginCount { FirstMs = now, Address = client, IsTls = isTls });
            }

            count.Times++;
            if (isUnlooked) count.Unlooked++;
            count.LastMs = now;
        }

        _wake.Set();
    }

    private TimeSpan Longest()
    {
        lock (_lock)
        {
            return _tally.IsAnyLeft
                ? LoginTally.RestOfHour(time.GetUtcNow().ToUnixTimeMilliseconds())
                : Timeout.InfiniteTimeSpan;
        }
    }

    private async Task WriteAsync(bool isLast)
    {
        LoginKey[] keys;
        lock (_lock) keys = [.. _pending.Keys];
        HashSet<string> names = [.. keys.Select(key => key.Name).OfType<string>()];
        Dictionary<string, SmtpUser?> known = names.ToDictionary(name => name, users.Find);
        lock (_lock)
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            _tally.EndHour(now, isLast: false, _unwritten);
            foreach (LoginKey key in keys)
            {
                _pending.Remove(key, out LoginCount? count);
                SmtpUser? user = key.Name is { } name ? known[name] : null;
                count!.SendAs = AddressesOf(user);

                // Of somebody who is nobody, the bar of the address says it all.
                bool isOfPair = key is { Kind: LoginKind.Bar, What: LoginTally.User, From: not null };
                if (isOfPair && user is null) continue;

                // One that was removed since has logged in all the same.
                bool isKnown = user is not null || key.Kind is LoginKind.Login;
                _tally.Tell(isKnown ? key : key with { Name = null }, count, _unwritten);
            }

            if (isLast) _tally.EndHour(now, isLast, _unwritten);
        }

        if (_unwritten.Count == 0) return;
        await store.WriteAsync(db =>
        {
            foreach (LoginRow row in _unwritten)
            {
                db.ActAs(row.Actor);
                db.Note(row.Action, row.Subject, after: row.After);
            }
        }).ConfigureAwait(false);
        _unwritten.Clear();
    }

    private static string? AddressesOf(SmtpUser? user)
    {
        string addresses = string.Join(
            ' ', (user?.SendAs ?? []).Where(one => one.Breadth == 0).Select(one => one.Key));
        return addresses.Length > 0 ? addresses : null;
    }
}
