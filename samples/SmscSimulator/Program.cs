using EmailSms.Samples.Smsc;

return await new SimulatorCommand(Console.In, Console.Out, Console.Error).RunAsync(args);
