using System.Net;
using System.Text;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>A call that a carrier makes to a hook of ours.</summary>
internal sealed record HookSample(string Method, string Query, string Body, string ContentType)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    public static HookSample Json(string body) => new("POST", "", body, "application/json");

    public static HookSample Form(params (string Name, string Value)[] fields) =>
        new("POST", "", Encode(fields), "application/x-www-form-urlencoded");

    public static HookSample Get(params (string Name, string Value)[] fields) => new("GET", Encode(fields), "", "");

    public HookSample With(string name, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [name] = value } };

    /// <summary>The whole address that it calls.</summary>
    public string Url(string hook) => Query.Length == 0 ? hook
        : hook + (hook.Contains('?', StringComparison.Ordinal) ? "&" : "?") + Query;

    /// <summary>Calls, at the listener behind the public address.</summary>
    public async Task<(HttpStatusCode Status, string? Type, string Body)> CallAsync(Uri listener, string hook)
    {
        using var client = new HttpClient();
        using var message = new HttpRequestMessage(
            new HttpMethod(Method), new Uri(listener, new Uri(Url(hook)).PathAndQuery));
        if (Method != "GET")
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        foreach ((string name, string value) in Headers) message.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage answer = await client.SendAsync(message);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(),
            await answer.Content.ReadAsStringAsync());
    }

    private static string Encode((string Name, string Value)[] fields) => string.Join(
        '&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"));
}
