using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Cli;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What becomes of SMS is known of their carrier by country, and known again after a restart.</summary>
public sealed class Quality_is_known
{
    [Fact]
    public async Task From_receipts_and_from_disk_when_it_starts_again()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Quality.SamplesMin = 4,
            behaviour: new SmscBehaviour
            {
                Rules =
                [
                    new SmscRule
                    {
                        Destinations = "*9",
                        Receipts = new ReceiptPlan { States = [new(MessageState.Undeliverable)] },
                    },
                ],
            });
        foreach (string end in new[] { "0", "1", "2", "9" })
        {
            await test.SendAsync(TestGateway.Mail("Hello", to: $"+44770090012{end}"));
        }

        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 3 && test.CountIn("failed") == 1);
        await AssertKnownAsync(test);
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        await AssertKnownAsync(test);

        using var config = new CarrierConfig(test);
        (int code, string text) = await config.RunAsync("carriers", "status");
        Assert.Equal(0, code);
        Assert.Contains("4 taken, 3 delivered, 1 lost, 0 silent", text, StringComparison.Ordinal);
    }

    private static async Task AssertKnownAsync(TestGateway test)
    {
        using var control = new ControlClient(test.Settings.Store.Folder);
        IReadOnlyList<CarrierStatus>? carriers = await control.CarriersAsync();
        QualityView view = Assert.Single(Assert.Single(carriers!).Quality);
        Assert.Equal(("main", "GB", 4, 3, 1), (view.Carrier, view.Country, view.Taken, view.Delivered, view.Lost));
        Assert.InRange(view.Value!.Value, 0.7, 0.75);
    }
}
