using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using EmailSms.Benchmarks;

// In this process: the rooms are internal, and a program that BenchmarkDotNet writes could not see them.
IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(SmppCodecBenchmarks).Assembly).Run(args, config);
