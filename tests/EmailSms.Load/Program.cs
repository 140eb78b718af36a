using EmailSms.Load;

if (LoadOptions.Read(args) is not { } options)
{
    Console.Error.WriteLine(LoadOptions.Help);
    return 2;
}

return await new LoadRun(options).RunAsync();
