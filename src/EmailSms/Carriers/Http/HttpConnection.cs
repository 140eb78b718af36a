using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSms.Smpp;

namespace EmailSms.Carriers.Http;

/// <summary>
/// The connections to one carrier: pooled, HTTP/2 where it is spoken, no redirects, TLS validated. It sends a request
/// once; whether to send it again is not for it to say.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int ReplyBytesMax = 256 * 1024;
    private static readonly TimeSpan ConnectMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptMax = TimeSpan.FromMinutes(5); // so that a change of DNS is seen

    private readonly HttpClient _client;

    public HttpConnection(CarrierOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = ConnectMax,
            MaxConnectionsPerServer = options.Window,
            PooledConnectionLifetime = KeptMax,
            EnableMultipleHttp2Connections = true,
            SslOptions = ToSsl(options.Tls),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }; // each attempt has its deadline
    }

    /// <summary>Sends a request, once. Never throws for what the other side does.</summary>
    public async Task<HttpReply> SendAsync(HttpRequest request, CancellationToken deadline)
    {
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            return HttpReply.Nothing("the address is none", mayBeSent: false);
        }

        OnceContent? content = request.Body.Length == 0 && request.Method == HttpMethod.Get
            ? null
            : new OnceContent(request.Body, request.ContentType);
        using var message = new HttpRequestMessage(request.Method, url)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };

        // A kept connection that has gone stale makes the handler repeat a request without a body by itself.
        if (content is null) message.Headers.ConnectionClose = true;
        foreach ((string name, string value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value)) content?.Headers.TryAddWithoutValidation(
                name, value);
        }

        try
        {
            using HttpResponseMessage reply = await _client
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline).ConfigureAwait(false);
            string body = await ReadAsync(reply.Content, deadline).ConfigureAwait(false);
            Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
            foreach ((string name, IEnumerable<string> values) in reply.Headers.Concat(reply.Content.Headers))
            {
                headers[name] = string.Join(", ", values);
            }

            return new HttpReply(
                (int)reply.StatusCode, new Said(body, Said.Parse(body), name => headers.GetValueOrDefault(name)), null,
                MayBeSent: true);
        }
        catch (OperationCanceledException)
        {
            return HttpReply.Nothing("no answer in time", mayBeSent: content?.WasBegun ?? true);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException)
        {
            HttpRequestError error = (trouble as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
            bool surelyNot = content is { WasBegun: false } || error is HttpRequestError.NameResolutionError
                or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError or HttpRequestError.VersionNegotiationError;
            return HttpReply.Nothing(Reason(error), !surelyNot);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string Reason(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "its name is not found",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "no TLS",
        _ => "the connection broke",
    };

    // A carrier says little; whoever says more is cut off rather than kept in memory.
    private static async Task<string> ReadAsync(HttpContent content, CancellationToken deadline)
    {
        await using Stream stream = await content.ReadAsStreamAsync(deadline).ConfigureAwait(false);
        byte[] buffer = new byte[ReplyBytesMax];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, deadline)
            .ConfigureAwait(false);
        return Said.WithoutMark(Encoding.UTF8.GetString(buffer, 0, length));
    }

    private static SslClientAuthenticationOptions ToSsl(CarrierTlsOptions options)
    {
        var ssl = new SslClientAuthenticationOptions
        {
            CertificateRevocationCheckMode =
                options.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        if (options.CaFile.Length > 0)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = ssl.CertificateRevocationCheckMode,
            };
            ssl.CertificateChainPolicy.CustomTrustStore.AddRange(options.Roots());
        }

        if (options.CertificateFile.Length > 0) ssl.ClientCertificates = [options.Own()];
        if (options.Pins.Count + options.ServerName.Length > 0)
        {
            List<string> pins = [.. options.Pins.Select(Pin)];
            ssl.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                certificate is not null && IsProven(options, pins, (X509Certificate2)certificate, errors);
        }

        return ssl;
    }

    // The handler asks for the name in the address and takes no other: the name that is set is looked for here.
    private static bool IsProven(
        CarrierTlsOptions options, List<string> pins, X509Certificate2 certificate, SslPolicyErrors errors)
    {
        const SslPolicyErrors OtherName = SslPolicyErrors.RemoteCertificateNameMismatch;
        if (options.ServerName.Length > 0)
        {
            errors = certificate.MatchesHostname(options.ServerName) ? errors & ~OtherName : errors | OtherName;
        }

        bool isTrusted = errors is SslPolicyErrors.None || (options.TrustPinsAlone && pins.Count > 0);
        return isTrusted && (pins.Count == 0 || pins.Contains(SmppPins.Of(certificate)));
    }

    private static string Pin(string written)
    {
        string hex = written.Trim().Replace(":", "", StringComparison.Ordinal);
        return hex.Length == 64 ? Convert.ToBase64String(Convert.FromHexString(hex)) : written.Trim();
    }

    // Knows whether the connection has begun to take it: before that the carrier surely has nothing.
    private sealed class OnceContent : HttpContent
    {
        private readonly byte[] _body;
        private volatile bool _begun;

        public OnceContent(byte[] body, string? type)
        {
            _body = body;
            if (type is not null) Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        public bool WasBegun => _begun;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _begun = true;
            return stream.WriteAsync(_body, cancellationToken).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
