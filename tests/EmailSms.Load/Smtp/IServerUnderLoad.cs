using System.Net;

namespace EmailSms.Load.Smtp;

/// <summary>A server in a process, or processes, of its own.</summary>
internal interface IServerUnderLoad : IAsyncDisposable
{
    string Name { get; }

    IPEndPoint Smtp { get; }

    bool HasTls { get; }

    /// <summary>Processor time used up until now, of all its processes.</summary>
    TimeSpan Processor { get; }

    /// <summary>Octets allocated until now; null: it does not tell.</summary>
    ValueTask<long?> AllocatedAsync();
}
