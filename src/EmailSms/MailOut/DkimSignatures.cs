using MimeKit;
using MimeKit.Cryptography;

namespace EmailSms.MailOut;

/// <summary>
/// Signs our mails as they leave, with every key: receivers that know no Ed25519 take the RSA signature (RFC 8463 6).
/// A mail that waited is signed by the keys of the day it is sent.
/// </summary>
internal sealed class DkimSignatures(IReadOnlyList<DkimOptions> keys)
{
    /// <summary>
    /// What a reader is shown and answers to. Those that a mail does not have are signed too, so that nobody can add
    /// them (RFC 6376 5.4).
    /// </summary>
    private static readonly HeaderId[] Signed =
    [
        HeaderId.From, HeaderId.Sender, HeaderId.ReplyTo, HeaderId.To, HeaderId.Cc, HeaderId.Subject, HeaderId.Date,
        HeaderId.MessageId, HeaderId.InReplyTo, HeaderId.References, HeaderId.MimeVersion, HeaderId.ContentType,
        HeaderId.ContentTransferEncoding, HeaderId.AutoSubmitted,
    ];

    private readonly List<DkimSigner> _signers =
    [
        .. from key in keys
           select key.TryMake(out DkimSigner? signer, out string? wrong)
               ? signer
               : throw new InvalidOperationException(wrong),
    ];

    public void Sign(MimeMessage message)
    {
        foreach (DkimSigner signer in _signers) signer.Sign(message, Signed);
    }
}
