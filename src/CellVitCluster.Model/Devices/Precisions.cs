namespace CellVitCluster.Model.Devices;

/// <summary>Names of the precisions, as in commands, model cards and numeric profiles.</summary>
public static class Precisions
{
    private static readonly (string Name, Precision Precision)[] All = [("fp32", Precision.Single), ("bf16", Precision.BFloat16), ("fp16", Precision.Half)];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(p => p.Name)];

    /// <summary>Precision of a name.</summary>
    /// <exception cref="ArgumentException">The name is none of <see cref="Names"/>.</exception>
    public static Precision Parse(string name) => Names.Contains(name, StringComparer.Ordinal)
        ? All.First(p => p.Name == name).Precision
        : throw new ArgumentException($"'{name}' is none of {string.Join(", ", Names)}.", nameof(name));

    /// <summary>Name of a precision.</summary>
    public static string NameOf(Precision precision) => All.First(p => p.Precision == precision).Name;
}
