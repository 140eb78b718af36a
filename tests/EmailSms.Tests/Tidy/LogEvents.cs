using System.Reflection;
using Microsoft.Extensions.Logging;

namespace EmailSms.Tests.Tidy;

/// <summary>An event of the log, as the code declares it.</summary>
internal sealed record LogEvent(int Id, string Level, string Message)
{
    public override string ToString() => $"{Id} {Level} {Message}";
}

/// <summary>The events of the product and of both libraries.</summary>
internal static class LogEvents
{
    private const BindingFlags Everything = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public static IReadOnlyList<LogEvent> All { get; } =
    [
        .. from assembly in new[]
           {
               typeof(global::EmailSms.Cli.CommandLine).Assembly,
               typeof(Smtp.SmtpReply).Assembly,
               typeof(Smpp.SmppClient).Assembly,
           }
           from type in assembly.GetTypes()
           from method in type.GetMethods(Everything)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           orderby message.EventId
           select new LogEvent(message.EventId, message.Level.ToString(), message.Message),
    ];
}
