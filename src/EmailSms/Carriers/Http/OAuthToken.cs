using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EmailSms.Carriers.Http;

/// <summary>An access token.</summary>
/// <param name="Text">What a request shows.</param>
/// <param name="Until">Until when it is used.</param>
/// <param name="IsNew">It was fetched for this request; else it was kept.</param>
internal sealed record AccessToken(string Text, DateTimeOffset Until, bool IsNew);

/// <summary>
/// An access token by client credentials (RFC 6749 4.4), kept until shortly before its end, and asked for by one
/// attempt at a time.
/// </summary>
internal sealed class OAuthToken(HttpConnection connection, AuthPart auth, TimeProvider time) : IDisposable
{
    private const long SecondsDefault = 300; // RFC 6749 5.1 lets them say nothing
    private const long SecondsMax = 30 * 86_400;
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private AccessToken? _kept;

    /// <summary>The token; or the reply that said no, as the attempt's own.</summary>
    public async Task<(AccessToken? Token, HttpReply? No)> TakeAsync(
        Func<string, object?> get, CancellationToken deadline)
    {
        try
        {
            await _turn.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return (null, HttpReply.Nothing("no token in time", mayBeSent: false));
        }

        try
        {
            if (Volatile.Read(ref _kept) is { } kept && time.GetUtcNow() < kept.Until) return (kept, null);
            HttpReply reply = await connection.SendAsync(Request(get), deadline).ConfigureAwait(false);
            if (reply.Status == 200 && Text(reply, "access_token") is { Length: > 0 } token)
            {
                long seconds = long.TryParse(
                    Text(reply, "expires_in"), NumberStyles.None, CultureInfo.InvariantCulture, out long said)
                    ? Math.Min(said, SecondsMax)
                    : SecondsDefault;
                var taken = new AccessToken(
                    token, time.GetUtcNow() + TimeSpan.FromSeconds(seconds) - Early, IsNew: false);
                Volatile.Write(ref _kept, taken);
                return (taken with { IsNew = true }, null);
            }

            // Nothing was sent to anybody, whatever came back; a no is one to our account.
            bool isNo = reply.Status is >= 400 and < 500 and not 429;
            return (null, isNo
                ? reply with { Said = reply.Said with { Body = "", Json = null }, Status = 401 }
                : HttpReply.Nothing("no token", mayBeSent: false));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The carrier does not take it any more. One that was fetched since stays.</summary>
    public void Forget(AccessToken token)
    {
        AccessToken? kept = Volatile.Read(ref _kept);
        if (kept?.Text == token.Text) Interlocked.CompareExchange(ref _kept, null, kept);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private HttpRequest Request(Func<string, object?> get)
    {
        string Of(string name) => auth.Parts[name].TextOf(get);
        List<(string, string)> fields = [("grant_type", "client_credentials")];
        if (Of("scope") is { Length: > 0 } scope) fields.Add(("scope", scope));

        // RFC 6749 2.3.1: both are encoded before they become a user and a password.
        string both = $"{Uri.EscapeDataString(Of("client"))}:{Uri.EscapeDataString(Of("secret"))}";
        return new HttpRequest(
            HttpMethod.Post, Of("url"),
            [("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(both)))],
            "application/x-www-form-urlencoded", Encoding.ASCII.GetBytes(HttpRequest.Form(fields)));
    }

    private static string? Text(HttpReply reply, string name) =>
        reply.Said.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out JsonElement value)
            ? value.ToString()
            : null;
}
