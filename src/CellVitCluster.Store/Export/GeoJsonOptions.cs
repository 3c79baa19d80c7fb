namespace CellVitCluster.Store.Export;

/// <summary>What goes into a GeoJSON file.</summary>
public sealed record GeoJsonOptions
{
    /// <summary>Which cells.</summary>
    public CellSelection Selection { get; init; } = new();

    /// <summary>Centroids instead of outlines: a fifth of the size, for slides too large for QuPath's memory.</summary>
    public bool Points { get; init; }
}
