using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.MailOut;

/// <summary>No token could be had; the message says why, without a secret in it.</summary>
internal sealed class TokenRefusedException(string message) : Exception(message);

/// <summary>
/// Access tokens for one account at a smart host: by the refresh token of a mailbox (RFC 6749 6), as Google and
/// Microsoft 365 have it, or by the client's secret alone (RFC 6749 4.4). A token is kept until shortly before its end.
/// Where the authority gives a new refresh token with it, that is on disk before the access token is used: the old one
/// ends one day. Used by one caller at a time.
/// </summary>
internal sealed class AccessTokens(
    OAuthOptions options, string userName, SqliteStore store, TimeProvider time) : IDisposable
{
    private const int AnswerBytesMax = 65536;
    private const int AnswerSecondsMax = 30;
    private const int LifetimeSecondsWhenUnsaid = 300;

    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1); // a login and a mail take a while

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(AnswerSecondsMax),
        MaxResponseContentBufferSize = AnswerBytesMax,
    };

    private string? _token;
    private DateTimeOffset _until;

    /// <summary>The token, and whether it is one of before.</summary>
    /// <exception cref="TokenRefusedException">There is none.</exception>
    public async Task<(string Token, bool IsKept)> TakeAsync()
    {
        if (_token is not null && time.GetUtcNow() < _until) return (_token, true);
        (string? given, string? secret) = Secrets();
        string? refresh = given is null ? null : Latest(given) ?? given;
        (HttpStatusCode status, string text) = await AskAsync(refresh, secret).ConfigureAwait(false);
        JsonElement answer = Read(text);
        if (status is not HttpStatusCode.OK || Text(answer, "access_token") is not { Length: > 0 } token)
        {
            // RFC 6749 5.2: "error" is a word such as invalid_grant, and no secret.
            string why = MailText.Line(Text(answer, "error") ?? "no token in the answer");
            throw new TokenRefusedException($"The token endpoint answered {(int)status}: {why}");
        }

        if (refresh is not null && Text(answer, "refresh_token") is { Length: > 0 } next && next != refresh)
        {
            await KeepAsync(given!, next).ConfigureAwait(false);
        }

        (_token, _until) = (token, time.GetUtcNow() + TimeSpan.FromSeconds(Lifetime(answer)) - Early);
        return (token, false);
    }

    /// <summary>The host did not take the token: it is not shown again.</summary>
    public void Forget() => _token = null;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private (string? RefreshToken, string? ClientSecret) Secrets()
    {
        try
        {
            return (
                SecretFile.Read(options.RefreshToken, options.RefreshTokenFile),
                SecretFile.Read(options.ClientSecret, options.ClientSecretFile));
        }
        catch (IOException trouble)
        {
            throw new TokenRefusedException(MailText.Line(trouble.Message));
        }
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string? refresh, string? secret)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = refresh is null ? "client_credentials" : "refresh_token",
            ["client_id"] = options.ClientId!,
        };
        if (refresh is not null) form["refresh_token"] = refresh;
        if (secret is not null) form["client_secret"] = secret;
        if (options.Scope is { } scope) form["scope"] = scope;
        try
        {
            using var content = new FormUrlEncodedContent(form);
            using HttpResponseMessage response = await _client
                .PostAsync(new Uri(options.TokenUrl!), content, CancellationToken.None).ConfigureAwait(false);
            return (
                response.StatusCode,
                await response.Content.ReadAsStringAsync(CancellationToken.None).ConfigureAwait(false));
        }
        catch (Exception trouble) when (trouble is HttpRequestException or OperationCanceledException
            or InvalidOperationException)
        {
            throw new TokenRefusedException($"The token endpoint gave no answer: {MailText.Line(trouble.Message)}");
        }
    }

    // A token that somebody puts into the settings goes before what became of an earlier one.
    private string Account(string given) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\0', options.TokenUrl, options.ClientId, userName, given))));

    private string? Latest(string given) => store.Read(db => db.Scalar(
        "select refresh_token from mail_token where account = @account", ("@account", Account(given))) as string);

    private Task<int> KeepAsync(string given, string refresh) => store.WriteAsync(db => db.Execute(
        """
        insert into mail_token (account, refresh_token) values (@account, @token)
            on conflict (account) do update set refresh_token = excluded.refresh_token
        """,
        ("@account", Account(given)), ("@token", refresh)));

    private static JsonElement Read(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement value)
            && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    private static int Lifetime(JsonElement answer) =>
        answer.TryGetProperty("expires_in", out JsonElement value)
            && ((value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out int seconds))
                || (value.ValueKind is JsonValueKind.String && int.TryParse(value.GetString(), out seconds)))
            && seconds > 0
            ? seconds
            : LifetimeSecondsWhenUnsaid;
}
