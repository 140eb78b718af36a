using System.Net;
using EmailSms.Smtp.Tests.Foreign;

namespace EmailSms.Load.Smtp;

/// <summary>The program itself: 250 is said when the SMS is in the queue, on disk.</summary>
internal sealed class GatewayServer(GatewayProcess gateway) : IServerUnderLoad
{
    public string Name => "emailsms gateway";

    public IPEndPoint Smtp => gateway.Smtp;

    public bool HasTls => true;

    public TimeSpan Processor => gateway.Use().Processor;

    public static async Task<GatewayServer> StartAsync(string folder, string pem)
    {
        const int nobody = 1; // no carrier answers there, so the mails stay in the queue, as Postfix' do
        GatewayProcess gateway = await GatewayProcess.StartAsync(folder, nobody, new LoadOptions(), pem);
        return new GatewayServer(gateway);
    }

    public ValueTask<long?> AllocatedAsync() => new((long?)null);

    public ValueTask DisposeAsync() => gateway.DisposeAsync();
}

/// <summary>Postfix' smtpd with its queue on disk. Mails are held there, so none of its time is delivery.</summary>
internal sealed class PostfixServer(PostfixInstance postfix) : IServerUnderLoad
{
    public string Name => "Postfix smtpd";

    public IPEndPoint Smtp => postfix.Smtp;

    public bool HasTls => true;

    public TimeSpan Processor => ProcessTree.Processor(postfix.MasterId);

    public static async Task<PostfixServer> StartAsync(string pem) => new(await PostfixInstance.StartAsync(
        "smtpd_client_restrictions = check_client_access static:HOLD",
        "in_flow_delay = 0", // it would slow itself down to the pace of a delivery that does not take place
        "smtpd_client_connection_count_limit = 0",
        "smtpd_tls_security_level = may",
        $"smtpd_tls_chain_files = {pem}"));

    public ValueTask<long?> AllocatedAsync() => new((long?)null);

    public ValueTask DisposeAsync() => postfix.DisposeAsync();
}
