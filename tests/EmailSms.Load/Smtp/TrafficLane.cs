using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailSms.Load.Smtp;

/// <summary>
/// One connection after the other to a server, on a thread of its own with a socket that blocks: no pool, no task and
/// no allocation for a mail, so that what is measured is the server.
/// </summary>
internal sealed class TrafficLane(IPEndPoint server, Traffic traffic)
{
    private const string Digits = "000000000000"; // a number of each mail is written over it: no mail comes twice
    private const string Envelope =
        "MAIL FROM:<ward@clinic.example>\r\nRCPT TO:<+447700900123@sms.example>\r\nDATA\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] Ehlo = "EHLO load.example\r\n"u8.ToArray();
    private static readonly byte[] StartTls = "STARTTLS\r\n"u8.ToArray();
    private static readonly byte[] MailFrom = "MAIL FROM:<ward@clinic.example>\r\n"u8.ToArray();
    private static readonly byte[] RcptTo = "RCPT TO:<+447700900123@sms.example>\r\n"u8.ToArray();
    private static readonly byte[] Data = "DATA\r\n"u8.ToArray();
    private static readonly byte[] Quit = "QUIT\r\n"u8.ToArray();
    private static readonly byte[] Pipelined = Encoding.ASCII.GetBytes(Envelope);
    private static long _numbers;

    private readonly Template _alone = new(traffic.MailBytes, "");
    private readonly Template _withNext = new(traffic.MailBytes, Envelope);
    private readonly Template _withQuit = new(traffic.MailBytes, "QUIT\r\n");
    private readonly byte[] _heard = new byte[8192];
    private Stream _wire = Stream.Null;
    private int _start;
    private int _end;
    private long _mails;
    private volatile bool _mustStop;

    /// <summary>Mails that were answered 250.</summary>
    public long Mails => Volatile.Read(ref _mails);

    /// <summary>What ended it early.</summary>
    public Exception? Trouble { get; private set; }

    public void Stop() => _mustStop = true;

    /// <summary>Sends until it is stopped: the body of a thread.</summary>
    public void Run()
    {
        try
        {
            while (!_mustStop) TalkOnce();
        }
        catch (Exception trouble) when (trouble is IOException or SocketException)
        {
            Trouble = trouble;
        }
    }

    private void TalkOnce()
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        socket.Connect(server);
        using var plain = new NetworkStream(socket);
        _wire = plain;
        (_start, _end) = (0, 0);
        Hear(1);
        Ask(Ehlo);
        if (!traffic.IsTls)
        {
            SendMails();
            return;
        }

        Ask(StartTls);
        using var tls = new SslStream(plain);
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "mx.example",
            RemoteCertificateValidationCallback = static (_, seen, _, _) => seen is not null,
            CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationFlags = X509VerificationFlags.AllFlags,
            },
        });
        _wire = tls;
        Ask(Ehlo);
        SendMails();
    }

    private void SendMails()
    {
        if (traffic.IsPipelined) SendPipelined();
        else SendInLockStep();
    }

    private void SendInLockStep()
    {
        for (int i = 0; i < traffic.MailsPerSession && !_mustStop; i++)
        {
            Ask(MailFrom);
            Ask(RcptTo);
            Ask(Data);
            Ask(_alone.Number(Interlocked.Increment(ref _numbers)));
            Volatile.Write(ref _mails, _mails + 1);
        }

        Ask(Quit);
    }

    // RFC 2920 3.1: DATA ends a group, and the mail with its dot may begin the next.
    private void SendPipelined()
    {
        _wire.Write(Pipelined);
        Hear(3);
        for (int left = traffic.MailsPerSession - 1; ; left--)
        {
            bool isLast = left == 0 || _mustStop;
            Template mail = isLast ? _withQuit : _withNext;
            _wire.Write(mail.Number(Interlocked.Increment(ref _numbers)));
            Hear(isLast ? 2 : 4);
            Volatile.Write(ref _mails, _mails + 1);
            if (isLast) return;
        }
    }

    private void Ask(ReadOnlySpan<byte> command)
    {
        _wire.Write(command);
        Hear(1);
    }

    // A reply of several lines has a dash after its code in all but the last (RFC 5321 4.2.1).
    private void Hear(int replies)
    {
        while (true)
        {
            int length;
            while ((length = _heard.AsSpan(_start.._end).IndexOf((byte)'\n')) >= 0)
            {
                ReadOnlySpan<byte> line = _heard.AsSpan(_start, length);
                _start += length + 1;
                if (line.Length < 4 || line[0] is not ((byte)'2' or (byte)'3'))
                {
                    throw new IOException($"The server answered '{Encoding.ASCII.GetString(line).TrimEnd()}'.");
                }

                if (line[3] != '-' && --replies == 0) return;
            }

            _heard.AsSpan(_start.._end).CopyTo(_heard);
            (_start, _end) = (0, _end - _start);
            int read = _wire.Read(_heard.AsSpan(_end));
            if (read == 0) throw new IOException("The server hung up.");
            _end += read;
        }
    }

    /// <summary>A mail up to its dot, and what is sent behind it, with places for its number.</summary>
    private sealed class Template
    {
        private readonly byte[] _octets;
        private readonly List<int> _places = [];

        // The text is one SMS. The rest of the size is header, as the mails of the field have it.
        public Template(int bytes, string behind)
        {
            var mail = new StringBuilder(bytes + behind.Length + 16);
            mail.Append($"From: ward@clinic.example\r\nSubject: Call\r\nMessage-ID: <{Digits}@load.example>\r\n");
            string body = $"\r\n{Digits}: bed 12 calls. Please look after the patient.\r\n";
            for (int i = 0; mail.Length + body.Length + 20 < bytes; i++)
            {
                int letters = Math.Min(60, bytes - mail.Length - body.Length - 19);
                mail.Append(CultureInfo.InvariantCulture, $"X-Trace-{i:0000}: ").Append('x', letters).Append("\r\n");
            }

            _octets = Encoding.ASCII.GetBytes(mail.Append(body).Append(".\r\n").Append(behind).ToString());
            for (int at = 0, found; (found = _octets.AsSpan(at).IndexOf("000000000000"u8)) >= 0; at += found + 1)
            {
                _places.Add(at + found);
            }
        }

        public ReadOnlySpan<byte> Number(long number)
        {
            foreach (int place in _places)
            {
                long rest = number;
                for (int i = place + Digits.Length - 1; i >= place; i--, rest /= 10)
                {
                    _octets[i] = (byte)('0' + rest % 10);
                }
            }

            return _octets;
        }
    }
}
