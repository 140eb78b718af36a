using EmailSms.Tidy;

namespace EmailSms.Smpp.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one() =>
        PublicSurface.Check(typeof(SmppClient).Assembly, "src/EmailSms.Smpp/PublicApi.txt");
}
