using EmailSms.Tidy;

namespace EmailSms.Smtp.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one() =>
        PublicSurface.Check(typeof(SmtpServer).Assembly, "src/EmailSms.Smtp/PublicApi.txt");
}
