using System.Net;
using System.Net.Sockets;

namespace EmailSms.Smtp.Tests;

/// <summary>For programs that cannot be told to choose a port themselves, or whose port must be known before.</summary>
internal static class LoopbackPort
{
    /// <summary>A port of 127.0.0.1 on which nothing listens now.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
