using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmailSms.Samples.Smsc;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>The simulator over HTTP.</summary>
public sealed class HttpDeskTests
{
    [Fact]
    public async Task A_script_sends_texts_and_sees_what_came()
    {
        var recent = new RecentSms();
        await using var smsc = new SmscSimulator(new SmscSimulatorOptions(), NullLoggerFactory.Instance)
        {
            SmsReceived = recent.Add,
        };
        await smsc.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using HttpDesk desk = await HttpDesk.StartAsync(
            smsc, recent, new IPEndPoint(IPAddress.Loopback, 0), Deadline.Token);
        using var http = new HttpClient { BaseAddress = new Uri(desk.Address) };
        var text = new { from = "+447700900123", to = "447700900999", text = "Grüße" };

        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(http, text)).StatusCode); // nobody is bound
        var came = new TaskCompletionSource<string>();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (message, _) =>
        {
            came.TrySetResult(MessageText.Read(message));
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        HttpResponseMessage answer = await PostAsync(http, text);
        Assert.True((await ReadAsync(answer)).GetProperty("taken").GetBoolean());
        Assert.Equal("Grüße", await came.Task);

        SubmitResult submit = await client.SubmitAsync(Esme.Submit(42), Deadline.Token);
        string id = Assert.IsType<SubmitResult.Accepted>(submit).MessageId;
        Assert.Equal("Delivered", (await GetAsync(http, $"/messages/{id}")).GetProperty("state").GetString());
        Assert.Equal("42", (await GetAsync(http, "/received"))[0].GetProperty("text").GetString());
        Assert.Equal(0, (await GetAsync(http, "/received?after=1")).GetArrayLength());
        Assert.Equal(1, (await GetAsync(http, "/counts")).GetProperty("submits").GetInt32());
        Assert.Equal("esme", (await GetAsync(http, "/sessions"))[0].GetProperty("systemId").GetString());
        Assert.Equal("set", await SayAsync(http, "set reject 0x0B"));
        Assert.IsType<SubmitResult.Rejected>(await client.SubmitAsync(Esme.Submit(), Deadline.Token));
    }

    [Fact]
    public async Task What_is_wrong_is_refused_with_a_sentence()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using HttpDesk desk = await HttpDesk.StartAsync(
            smsc, new RecentSms(), new IPEndPoint(IPAddress.Loopback, 0), Deadline.Token);
        using var http = new HttpClient { BaseAddress = new Uri(desk.Address) };

        HttpResponseMessage refused = await PostAsync(http, new { to = 7, x = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(3, (await ReadAsync(refused)).GetProperty("errors").GetArrayLength());
        using var plain = new StringContent("hangup", Encoding.UTF8, "text/plain");
        Assert.Equal(
            HttpStatusCode.UnsupportedMediaType, (await http.PostAsync("/messages", plain, Deadline.Token)).StatusCode);
        Assert.Equal(
            HttpStatusCode.UnsupportedMediaType, (await http.PostAsync("/console", plain, Deadline.Token)).StatusCode);
        Assert.StartsWith("There is no 'dance'", await SayAsync(http, "dance"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/messages/4711", Deadline.Token)).StatusCode);
        Assert.Contains("POST /messages", await http.GetStringAsync("/", Deadline.Token), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, object message) =>
        http.PostAsJsonAsync("/messages", message, Deadline.Token);

    private static Task<JsonElement> GetAsync(HttpClient http, string path) =>
        http.GetFromJsonAsync<JsonElement>(path, Deadline.Token);

    private static Task<JsonElement> ReadAsync(HttpResponseMessage answer) =>
        answer.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token);

    private static async Task<string> SayAsync(HttpClient http, string line)
    {
        using var content = new StringContent(line, Encoding.UTF8, "application/x-console");
        HttpResponseMessage answer = await http.PostAsync("/console", content, Deadline.Token);
        return await answer.Content.ReadAsStringAsync(Deadline.Token);
    }
}
