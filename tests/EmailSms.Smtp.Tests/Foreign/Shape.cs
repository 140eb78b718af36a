namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>The ways in which clients reach a server.</summary>
public enum Shape
{
    /// <summary>As on port 25: no TLS, no name.</summary>
    Plain,

    /// <summary>A name and a password in the clear, as old devices have it.</summary>
    PlainWithAuth,

    /// <summary>As on port 587: STARTTLS and a name.</summary>
    StartTls,

    /// <summary>As on port 465: TLS from the first octet, and a name.</summary>
    Implicit,
}

internal static class Shapes
{
    public static Task<Mailroom> OpenAsync(this Shape shape)
    {
        var ann = SmtpCredential.Create("ann", "pencil");
        return Mailroom.OpenAsync(options =>
        {
            if (shape is Shape.Plain) return;
            options.RequiresAuthentication = true;
            options.AuthFailureDelay = TimeSpan.Zero;
            options.Credentials = (name, _) => new(name == "ann" ? ann : null);
            options.AllowsPlaintextAuth = shape is Shape.PlainWithAuth;
            if (shape is Shape.PlainWithAuth) return;
            options.Certificate = TestCertificate.Context;
            options.Tls = shape is Shape.StartTls ? SmtpTls.Required : SmtpTls.Implicit;
        });
    }

    /// <summary>The next mail, with what its session was like: that of the shape.</summary>
    public static async Task<TakenMail> NextMailAsync(this Shape shape, Mailroom room)
    {
        TakenMail mail = await room.NextMailAsync();
        Assert.Equal("ann@a.example", mail.From.Address);
        Assert.Equal("bob@gw.example", Assert.Single(mail.Recipients).Address);
        SmtpSessionInfo session = room.Sessions.Last();
        Assert.Equal(shape is Shape.Plain ? null : "ann", session.Identity);
        Assert.Equal(
            shape is Shape.StartTls or Shape.Implicit,
            session.Tls is not System.Security.Authentication.SslProtocols.None);
        return mail;
    }
}
