namespace EmailSms.Load.Smtp;

/// <summary>How mails are sent.</summary>
internal sealed record Traffic(int MailBytes, int MailsPerSession, bool IsPipelined, bool IsTls)
{
    public static IEnumerable<Traffic> All() =>
        from tls in new[] { false, true }
        from bytes in new[] { 500, 5000 }
        from mails in new[] { 100, 1 }
        from pipelined in new[] { false, true }
        select new Traffic(bytes, mails, pipelined, tls);

    public override string ToString() =>
        $"{(MailBytes == 500 ? "0.5" : "5")} kB, {MailsPerSession} a session, "
        + $"{(IsPipelined ? "pipelined" : "lock-step")}, {(IsTls ? "TLS" : "plain")}";
}
