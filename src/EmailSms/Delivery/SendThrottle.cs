using EmailSms.Messages;

namespace EmailSms.Delivery;

/// <summary>
/// Asked when an SMS is about to go over a carrier. Null: it goes now, and is counted. Else the moment, unix
/// milliseconds, at which this SMS is asked about again; it waits on disk until then. SMS that wait together are given
/// different moments, so that they do not come back together.
/// </summary>
internal delegate long? SendThrottle(OutgoingSms sms, string carrier);
