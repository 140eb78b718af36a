using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>
/// Holds texts against what their sender has registered, and gives each SMS the ids that its carrier wants: those of
/// the rule, and for what it does not say those of the number of ours that the phone shows.
/// </summary>
internal sealed class RegistrationDesk(SqliteStore store, ConversationLink conversations)
{
    /// <summary>The texts with their registrations, or the refusal of one that is of no template.</summary>
    public TextAnswer Complete(MailOrigin origin, TextAnswer answer)
    {
        List<RecipientText> complete = [];
        foreach (RecipientText text in answer.Texts)
        {
            RecipientText registered = Complete(origin, text);
            if (registered.TemplateMismatch is { } sentence && !RegistrationOf(origin, text.Recipient).OnlyWarns)
            {
                return new TextAnswer([], new SmtpReply(550, "5.7.1", sentence));
            }

            complete.Add(registered);
        }

        return answer with { Texts = complete };
    }

    private RecipientText Complete(MailOrigin origin, RecipientText text)
    {
        Registration registration = RegistrationOf(origin, text.Recipient);
        if (registration.IsEmpty) return text;
        string? mismatch = null;
        List<SmsRegistration?> all = [];
        foreach (FittedText sms in text.Fitted.All)
        {
            all.Add(registration.For(text.Recipient.Number, sms.Body, out string? no));
            mismatch ??= no;
        }

        return text with { Registrations = all, TemplateMismatch = mismatch };
    }

    // Other countries ask for nothing, so nothing is looked up for them.
    private Registration RegistrationOf(MailOrigin origin, AcceptedRecipient recipient)
    {
        string to = recipient.Number.E164;
        bool mayAsk = to.StartsWith("+1", StringComparison.Ordinal) || to.StartsWith("+91", StringComparison.Ordinal);
        if (!mayAsk) return Registration.None;
        Registration own = store.Read(db => conversations.RegistrationOf(
            db, conversations.SenderIdOf(db, origin.MailboxFor(recipient.Rule), recipient)));
        return recipient.Rule.Compliance.Registration?.Or(own) ?? own;
    }
}
