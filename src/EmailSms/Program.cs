using EmailSms.Cli;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
