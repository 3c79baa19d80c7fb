using System.Collections;
using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using MessagePack;

namespace CellVitCluster.Cluster.Serialization;

/// <summary>
/// Finds what a record says it always has but does not: a reader of bytes puts null where they end early or say so, and an actor would
/// trip over it much later. Goes by the nullability that the records declare. Thread-safe.
/// </summary>
internal static class MessageCompleteness
{
    private static readonly ConcurrentDictionary<Type, Member[]> Members = new();

    /// <summary>Name of the first gap, for example <c>SubmitRun.Specification.RunId</c>; null when there is none.</summary>
    public static string? FirstGap(object record)
    {
        string name = record.GetType().Name;
        foreach (Member member in Members.GetOrAdd(record.GetType(), Inspect))
        {
            if (FirstGap(member.Read(record), member.MayBeNull, member.ItemMayBeNull) is string gap)
            {
                return $"{name}.{member.Name}{gap}";
            }
        }

        return null;
    }

    /// <summary>Path below the value's own name; empty when the value itself is the gap.</summary>
    private static string? FirstGap(object? value, bool mayBeNull, bool itemMayBeNull)
    {
        if (value is null)
        {
            return mayBeNull ? null : string.Empty;
        }

        if (value is string)
        {
            return null;
        }

        if (value is IEnumerable items)
        {
            // Numbers have no gaps.
            Type type = value.GetType();
            if ((type.IsArray ? type.GetElementType()! : type.GenericTypeArguments.FirstOrDefault()) is { IsPrimitive: true })
            {
                return null;
            }

            foreach (object? item in items)
            {
                if (FirstGap(item, itemMayBeNull, itemMayBeNull: true) is string gap)
                {
                    return "[]" + gap;
                }
            }

            return null;
        }

        return value.GetType().IsDefined(typeof(MessagePackObjectAttribute)) && FirstGap(value) is string inner
            ? inner[inner.IndexOf('.', StringComparison.Ordinal)..]
            : null;
    }

    private static Member[] Inspect(Type type)
    {
        var context = new NullabilityInfoContext();
        return
        [
            .. type.GetProperties()
                .Where(property => property.IsDefined(typeof(KeyAttribute)) && !property.PropertyType.IsValueType)
                .Select(property => Inspect(property, context.Create(property))),
        ];
    }

    private static Member Inspect(PropertyInfo property, NullabilityInfo declared)
    {
        ParameterExpression record = Expression.Parameter(typeof(object));
        Expression read = Expression.Convert(Expression.Property(Expression.Convert(record, property.DeclaringType!), property), typeof(object));
        NullabilityInfo? item = declared.ElementType ?? declared.GenericTypeArguments.FirstOrDefault();
        return new Member(
            property.Name,
            Expression.Lambda<Func<object, object?>>(read, record).Compile(),
            declared.ReadState != NullabilityState.NotNull,
            item is not null && item.ReadState != NullabilityState.NotNull);
    }

    private sealed record Member(string Name, Func<object, object?> Read, bool MayBeNull, bool ItemMayBeNull);
}
