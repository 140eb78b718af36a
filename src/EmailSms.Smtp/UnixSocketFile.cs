using System.Net.Sockets;

namespace EmailSms.Smtp;

/// <summary>The file of a Unix socket, which outlives a process that was killed and then stands in the way.</summary>
internal static class UnixSocketFile
{
    /// <summary>Removes the file if nobody listens behind it. Anything else that is there is left alone.</summary>
    public static async ValueTask RemoveStaleAsync(UnixDomainSocketEndPoint endPoint, CancellationToken stopping)
    {
        if (endPoint.ToString() is not { Length: > 0 } path || path[0] == '@' || !File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(endPoint, stopping);
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused)
        {
            if (new FileInfo(path).Length == 0) File.Delete(path); // an ordinary file refuses as well
        }
    }
}
