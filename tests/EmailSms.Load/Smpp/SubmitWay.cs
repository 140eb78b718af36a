namespace EmailSms.Load.Smpp;

/// <summary>How submits are sent: so many under way on each of so many binds.</summary>
internal sealed record SubmitWay(int Window, int Binds);

/// <summary>What one ESME did with one SMSC: submits answered, and what each cost either of them.</summary>
internal readonly record struct SmppReading(double SubmitsPerSecond, double EsmeUs, double SmscUs);
