using System.Globalization;

namespace CellVitCluster.Store.Cells;

/// <summary>Names of the files of a store, with forward slashes as in the manifest.</summary>
internal static class CellStoreFiles
{
    /// <summary>The table of cells.</summary>
    public const string Cells = "cells.parquet";

    /// <summary>The embeddings.</summary>
    public const string Tokens = "tokens.npy";

    /// <summary>Directory of the density pyramid.</summary>
    public const string DensityDirectory = "density";

    /// <summary>Directory of the class layers.</summary>
    public const string LayersDirectory = "layers";

    /// <summary>One class layer.</summary>
    public static string Layer(string name) => $"{LayersDirectory}/{name}.parquet";

    /// <summary>One level of the density pyramid.</summary>
    public static string DensityLevel(int level) => string.Create(CultureInfo.InvariantCulture, $"{DensityDirectory}/{level}.npy");
}
