using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Peers;

/// <summary>Waits for what another task brings about, ten seconds at most.</summary>
internal static class Eventually
{
    private const int LooksMax = 2000;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    public static Task IsAsync(Func<bool> done) => IsAsync(done, () => { });

    /// <summary>The same while time goes by, for what a timer brings about.</summary>
    public static Task IsAsync(Func<bool> done, FakeTimeProvider clock, TimeSpan step) =>
        IsAsync(done, () => clock.Advance(step));

    private static async Task IsAsync(Func<bool> done, Action beforeLook)
    {
        for (int i = 0; i < LooksMax && !done(); i++)
        {
            beforeLook();
            await Task.Delay(BetweenLooks, TestContext.Current.CancellationToken);
        }

        Assert.True(done(), "It did not happen within ten seconds.");
    }
}
