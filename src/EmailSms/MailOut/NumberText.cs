using PhoneNumbers;

namespace EmailSms.MailOut;

/// <summary>Numbers as people read them.</summary>
internal static class NumberText
{
    /// <summary>In groups, such as <c>+44 7700 900123</c>; as it is where no plan says how to group it.</summary>
    public static string International(Messages.PhoneNumber number)
    {
        try
        {
            PhoneNumberUtil plans = PhoneNumberUtil.GetInstance();
            return plans.Format(plans.Parse(number.E164, defaultRegion: null), PhoneNumberFormat.INTERNATIONAL);
        }
        catch (NumberParseException) // a calling code that nobody has
        {
            return number.E164;
        }
    }
}
