using Scriban.Runtime;
using Scriban.Syntax;

namespace EmailSms.Messages;

/// <summary>
/// Finds the names in a template that nothing will ever fill: also those in a branch that a trial does not reach.
/// </summary>
internal sealed class TemplateNames : ScriptVisitor
{
    private readonly Dictionary<string, TemplateVariable> _known;
    private readonly HashSet<string> _own = ["for", "while"]; // what the template itself sets
    private readonly Dictionary<string, IReadOnlyList<TemplateVariable>> _items = []; // of the names of its loops
    private readonly List<TemplateMistake> _mistakes = [];

    private TemplateNames(IReadOnlyList<TemplateVariable> known) => _known = known.ToDictionary(one => one.Name);

    public static IReadOnlyList<TemplateMistake> Unknown(
        ShutInTemplate template, IReadOnlyList<TemplateVariable> known)
    {
        var names = new TemplateNames(known);
        var sets = new OwnNames(names._own);
        sets.Visit(template.Page);
        names.Visit(template.Page);
        return names._mistakes;
    }

    public override void Visit(ScriptForStatement node)
    {
        if (node.Variable is ScriptVariable variable
            && node.Iterator is { } iterator && ListOf(iterator) is { Items: { } items })
        {
            _items[variable.Name] = items;
        }

        base.Visit(node);
    }

    public override void Visit(ScriptVariableGlobal node)
    {
        if (_known.ContainsKey(node.Name) || _own.Contains(node.Name) || ShutInTemplate.Functions.Contains(node.Name))
        {
            return;
        }

        Add(node, $"there is no variable {node.Name}; known here are {string.Join(", ", _known.Keys)}.");
    }

    public override void Visit(ScriptMemberExpression node)
    {
        Visit(node.Target);
        if (node.Member is not { } member || node.Target is not ScriptVariableGlobal target) return;
        if (_items.TryGetValue(target.Name, out IReadOnlyList<TemplateVariable>? items))
        {
            if (items.Any(one => one.Name == member.Name)) return;
            Add(
                member,
                $"{target.Name} has no {member.Name}; it has {string.Join(", ", items.Select(one => one.Name))}.");
        }
        else if (_own.Contains(target.Name))
        {
            return; // what it holds, only running it tells
        }
        else if (_known.TryGetValue(target.Name, out TemplateVariable? known))
        {
            if (member.Name == "size" && known.Kind is not (VariableKind.Number or VariableKind.Flag)) return;
            Add(
                member,
                known.Kind is VariableKind.List
                    ? $"{target.Name} is a list and has only size: go through it with for."
                    : $"{target.Name} has no parts, and so no {member.Name}.");
        }
        else if (ShutInTemplate.Functions[target.Name] is ScriptObject functions && !functions.Contains(member.Name))
        {
            Add(member, $"there is no function {target.Name}.{member.Name}.");
        }
    }

    // The list that an expression names: one of the mail, or one of an item of a list.
    private TemplateVariable? ListOf(ScriptExpression expression) => expression switch
    {
        ScriptVariableGlobal variable => _known.GetValueOrDefault(variable.Name),
        ScriptMemberExpression { Target: ScriptVariableGlobal target, Member: { } member }
            when _items.TryGetValue(target.Name, out IReadOnlyList<TemplateVariable>? items) =>
            items.FirstOrDefault(one => one.Name == member.Name),
        _ => null,
    };

    private void Add(ScriptNode node, string sentence) =>
        _mistakes.Add(new TemplateMistake(node.Span.Start.Line + 1, node.Span.Start.Column + 1, sentence));

    /// <summary>The names that the template gives to things itself.</summary>
    private sealed class OwnNames(HashSet<string> names) : ScriptVisitor
    {
        public override void Visit(ScriptForStatement node)
        {
            Note(node.Variable);
            base.Visit(node);
        }

        public override void Visit(ScriptAssignExpression node)
        {
            Note(node.Target);
            base.Visit(node);
        }

        public override void Visit(ScriptCaptureStatement node)
        {
            Note(node.Target);
            base.Visit(node);
        }

        public override void Visit(ScriptFunction node)
        {
            Note(node.NameOrDoToken as ScriptNode);
            for (int i = 0; i < (node.Parameters?.Count ?? 0); i++) Note(node.Parameters![i].Name);
            base.Visit(node);
        }

        private void Note(ScriptNode? node)
        {
            if (node is ScriptVariable variable) names.Add(variable.Name);
        }
    }
}
