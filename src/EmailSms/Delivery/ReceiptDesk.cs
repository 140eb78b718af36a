using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>
/// Takes delivery receipts: on disk first, then the carrier is answered. One that matches nothing is kept until its
/// submission is known; the carrier is told yes all the same, for a refusal would block the receipts behind it.
/// </summary>
internal sealed class ReceiptDesk(SqliteStore store, Fates fates, ILogger<ReceiptDesk> log)
{
    /// <summary>Returns when the receipt is on disk; throws <see cref="StoreException"/> when it is not.</summary>
    public async Task TakeAsync(InboundReceipt receipt, CancellationToken stopping)
    {
        bool matched = await store.WriteAsync(db => fates.Apply(db, receipt)).ConfigureAwait(false);
        if (receipt.IsOfSettings) log.ReceiptOfSettings(receipt.Carrier, receipt.Error ?? "");
        if (!matched) log.ReceiptWaits(receipt.Carrier, receipt.CarrierId);
    }
}
