using System.Net;
using System.Runtime.InteropServices;
using EmailSms.Messages;

namespace EmailSms.MailIn;

/// <summary>
/// Counts the mails of each address in the minute under way, for listeners that let only so many in: a device that has
/// gone mad is told "later" and not billed. An IPv6 /64 is one address, as one house is given it.
/// </summary>
internal sealed class MailPace(int perMinuteMax, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _mails = [];
    private long _began = time.GetTimestamp();

    /// <summary>Whether one more may come now; if so it is counted.</summary>
    public bool TryTake(IPAddress client)
    {
        IPAddress address = ClientPrefix.Of(client);
        lock (_lock)
        {
            if (time.GetElapsedTime(_began) >= Minute)
            {
                _began = time.GetTimestamp();
                _mails.Clear(); // so it never holds more than the addresses of a minute
            }

            ref int mails = ref CollectionsMarshal.GetValueRefOrAddDefault(_mails, address, out _);
            if (mails >= perMinuteMax) return false;
            mails++;
            return true;
        }
    }
}
