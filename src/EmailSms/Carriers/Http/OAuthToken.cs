using System.Text;
using System.Text.Json;

namespace EmailSms.Carriers.Http;

/// <summary>
/// An access token by client credentials (RFC 6749 4.4), kept until shortly before its end, and asked for by one
/// attempt at a time.
/// </summary>
internal sealed class OAuthToken(HttpConnection connection, AuthPart auth, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private string? _token;
    private DateTimeOffset _until;

    /// <summary>The token; or the reply that said no, as the attempt's own.</summary>
    public async Task<(string? Token, HttpReply? No)> TakeAsync(Func<string, object?> get, CancellationToken deadline)
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
            if (_token is not null && time.GetUtcNow() < _until) return (_token, null);
            HttpReply reply = await connection.SendAsync(Request(get), deadline).ConfigureAwait(false);
            if (reply.Status == 200 && Text(reply, "access_token") is { Length: > 0 } token)
            {
                double seconds = double.TryParse(Text(reply, "expires_in"), out double said) ? said : 300;
                (_token, _until) = (token, time.GetUtcNow() + TimeSpan.FromSeconds(seconds) - Early);
                return (token, null);
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

    /// <summary>The carrier does not take it any more.</summary>
    public void Forget() => _until = DateTimeOffset.MinValue;

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
