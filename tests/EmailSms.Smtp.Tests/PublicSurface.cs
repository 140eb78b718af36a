using System.Globalization;
using System.Reflection;
using System.Text;

namespace EmailSms.Tidy;

/// <summary>
/// The public surface of an assembly as text, one line a member, in an order that does not change: what a package
/// promises to who builds on it. Used by the tests of both libraries.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(double)] = "double",
    };

    /// <summary>Compares with the approved file. What is there now is written beside the tests.</summary>
    public static void Check(Assembly assembly, string approvedFile)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "EmailSms.sln"))) root = Path.GetDirectoryName(root)!;
        string approved = Path.Combine(root, approvedFile);
        string now = Write(assembly);
        string received = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(approvedFile));
        File.WriteAllText(received, now);
        string was = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        string[] gone = [.. was.Split('\n').Except(now.Split('\n'))];
        string[] come = [.. now.Split('\n').Except(was.Split('\n'))];
        Assert.True(
            was == now,
            $"The public surface has changed. Gone:\n{string.Join('\n', gone)}\nNew:\n{string.Join('\n', come)}\n"
                + $"If that is meant, copy {received} over {approvedFile}.");
    }

    public static string Write(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Declaration(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Declaration(Type type)
    {
        if (type.IsEnum) return $"enum {Name(type)} : {Name(Enum.GetUnderlyingType(type))}";
        string kind = type.IsInterface ? "interface"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsSealed ? "sealed class"
            : type.IsAbstract ? "abstract class" : "class";
        IEnumerable<Type> parents = type.GetInterfaces().Where(one => one.IsVisible)
            .Except(type.BaseType?.GetInterfaces() ?? []);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            parents = parents.Prepend(parent);
        }

        string all = string.Join(", ", parents.Select(Name).Order(StringComparer.Ordinal));
        return $"{kind} {Name(type)}{(all.Length > 0 ? " : " + all : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => string.Create(
                CultureInfo.InvariantCulture, $"{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}"));
        }

        var nullable = new NullabilityInfoContext();
        return
        [
            .. type.GetFields(Declared).Where(IsSeen).Select(field => Field(field, nullable)),
            .. type.GetProperties(Declared).Where(IsSeen).Select(property => Property(property, nullable)),
            .. type.GetEvents(Declared).Where(one => IsSeen(one.AddMethod!)).Select(one =>
                $"event {Name(one.EventHandlerType!)} {one.Name}"),
            .. type.GetConstructors(Declared).Where(IsSeen).Where(one => !one.IsStatic).Select(one =>
                $"{Access(one)}new({Parameters(one, nullable)})"),
            .. type.GetMethods(Declared).Where(IsSeen).Where(IsOrdinary).Select(method => Method(method, nullable)),
        ];
    }

    private static string Field(FieldInfo field, NullabilityInfoContext nullable)
    {
        string value = field.IsLiteral
            ? string.Create(CultureInfo.InvariantCulture, $" = {field.GetRawConstantValue()}")
            : "";
        string how = field.IsLiteral ? "const " : field.IsStatic ? "static " : "";
        return $"{how}{Name(nullable.Create(field))} {field.Name}{value}";
    }

    private static string Property(PropertyInfo property, NullabilityInfoContext nullable)
    {
        MethodInfo any = property.GetMethod ?? property.SetMethod!;
        string get = property.GetMethod is { } getter && IsSeen(getter) ? " get;" : "";
        bool isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers()
            .Any(one => one.Name == "IsExternalInit") ?? false;
        string set = property.SetMethod is { } setter && IsSeen(setter) ? isInit ? " init;" : " set;" : "";
        string index = string.Join(", ", property.GetIndexParameters().Select(one => Name(one.ParameterType)));
        string name = index.Length > 0 ? $"{property.Name}[{index}]" : property.Name;
        return $"{Access(any)}{Static(any)}{Name(nullable.Create(property))} {name} {{{get}{set} }}";
    }

    private static string Method(MethodInfo method, NullabilityInfoContext nullable)
    {
        string generics = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => one.Name))}>"
            : "";
        string result = Name(nullable.Create(method.ReturnParameter));
        return $"{Access(method)}{Static(method)}{result} {method.Name}{generics}({Parameters(method, nullable)})";
    }

    private static string Parameters(MethodBase method, NullabilityInfoContext nullable) =>
        string.Join(", ", method.GetParameters().Select(one =>
        {
            string how = one.IsOut ? "out " : one.IsIn ? "in " : one.ParameterType.IsByRef ? "ref " : "";
            string given = !one.HasDefaultValue ? "" : $" = {one.DefaultValue ?? "default"}";
            return $"{how}{Name(nullable.Create(one))} {one.Name}{given}";
        }));

    // Accessors are said with their property; what the compiler writes for records is said by every record.
    private static bool IsOrdinary(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && method.GetBaseDefinition().DeclaringType != typeof(object)
        && method.Name is not ("PrintMembers" or "Deconstruct" or "op_Equality" or "op_Inequality")
        && !(method.Name == "Equals" && method.GetParameters().Length == 1);

    private static bool IsSeen(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsSeen(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)
        && !(method.DeclaringType!.IsSealed && !method.IsPublic);

    private static bool IsSeen(PropertyInfo property) =>
        (property.GetMethod is { } getter && IsSeen(getter)) || (property.SetMethod is { } setter && IsSeen(setter));

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Static(MethodBase method) =>
        method.IsStatic ? "static "
        : method is { IsAbstract: true, DeclaringType.IsInterface: false } ? "abstract " : "";

    private static string Name(NullabilityInfo info)
    {
        string name = info.Type switch
        {
            { IsArray: true } => Name(info.ElementType!) + "[]",
            { IsGenericType: true } type when Nullable.GetUnderlyingType(type) is null =>
                $"{Plain(type)}<{string.Join(", ", info.GenericTypeArguments.Select(Name))}>",
            var type => Name(type),
        };
        bool isNull = info.ReadState is NullabilityState.Nullable || info.WriteState is NullabilityState.Nullable;
        return isNull && !info.Type.IsValueType ? name + "?" : name;
    }

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value) + "?";
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (!type.IsGenericType)
        {
            return type is { IsNested: true, IsGenericParameter: false }
                ? $"{Name(type.DeclaringType!)}.{type.Name}"
                : type.Name;
        }

        return $"{Plain(type)}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private static string Plain(Type type) => type.Name.Split('`')[0];
}
