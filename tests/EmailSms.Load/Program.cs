using EmailSms.Load;
using EmailSms.Load.Http;
using EmailSms.Load.Smpp;
using EmailSms.Load.Smtp;
using EmailSms.Load.WayBack;

if (args is ["smtp", .. var words]) return await SmtpRun.RunAsync(words);

if (args is ["idle", .. var rest]) return await IdleSessions.RunAsync(rest);

if (args is ["smpp", .. var submits]) return await SmppRun.RunAsync(submits);

if (args is ["smpp-soak", .. var soak]) return await SmppSoak.RunAsync(soak);

if (args is ["http", .. var http]) return await HttpRun.RunAsync(http);

if (args is ["way-back", .. var wayBack]) return await WayBackRun.RunAsync(wayBack);

if (args is ["fuzz", .. var fuzz]) return await FuzzRun.RunAsync(fuzz);

return await FolderRun.RunAsync("load", () => LoadOptions.Parse(args), LoadOptions.Help, async (options, folder) =>
{
    Console.Out.WriteLine($"{options.Mode}: {options.Count} SMS, {options.Sessions} sessions, mails of {options.Bytes} "
        + $"octets, window {options.Window}, answer after {options.AnswerMs} ms, log {options.Log}, "
        + $"{Environment.ProcessorCount} cores");
    return await new Run(options, folder).MakeAsync();
});
