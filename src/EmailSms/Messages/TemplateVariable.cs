namespace EmailSms.Messages;

/// <summary>What a variable of a template holds, and so how a text from outside is made fit for it.</summary>
internal enum VariableKind
{
    /// <summary>One line: no line end and no other control character.</summary>
    Line,

    /// <summary>A sentence of the program in one line, translated where the language has it.</summary>
    Sentence,

    /// <summary>Lines, as somebody wrote them.</summary>
    Text,

    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>To go through with <c>for</c>; each has variables of its own.</summary>
    List,
}

/// <summary>A name that a template may use.</summary>
/// <param name="Name">As it is written in the template.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="About">The same for who writes templates, such as "The phone's number."</param>
/// <param name="Items">Of each item of a list.</param>
internal sealed record TemplateVariable(
    string Name, VariableKind Kind, string About, IReadOnlyList<TemplateVariable>? Items = null)
{
    public static TemplateVariable Line(string name, string about) => new(name, VariableKind.Line, about);

    public static TemplateVariable Sentence(string name, string about) => new(name, VariableKind.Sentence, about);

    public static TemplateVariable Text(string name, string about) => new(name, VariableKind.Text, about);

    public static TemplateVariable Number(string name, string about) => new(name, VariableKind.Number, about);

    public static TemplateVariable Flag(string name, string about) => new(name, VariableKind.Flag, about);

    public static TemplateVariable List(string name, string about, params TemplateVariable[] items) =>
        new(name, VariableKind.List, about, items);
}
