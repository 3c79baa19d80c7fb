using System.Globalization;

namespace CellVitCluster.Store.Layers;

/// <summary>Names of the columns of a class layer. Stable: people's queries use them. See docs/cell-store-format.md.</summary>
internal static class LayerColumns
{
    /// <summary>int64: the id of the cell, as in <c>cells.parquet</c>.</summary>
    public const string Id = "id";

    /// <summary>uint8: most probable class.</summary>
    public const string Class = "class";

    /// <summary>Dictionary of strings.</summary>
    public const string ClassName = "class_name";

    /// <summary>float32: probability of <see cref="Class"/>.</summary>
    public const string Probability = "probability";

    /// <summary>float32: probability of a class; a column per class is what SQL and data frames ask for by name.</summary>
    public static string ProbabilityOf(int id) => string.Create(CultureInfo.InvariantCulture, $"{Probability}_{id}");
}
