namespace CellVitCluster.Store.Cells;

/// <summary>Names of the columns of <c>cells.parquet</c>. Stable: people's queries use them. See docs/cell-store-format.md.</summary>
internal static class CellColumns
{
    /// <summary>int64: Domain.Ids.CellId.</summary>
    public const string Id = "id";

    /// <summary>WKB polygon, level-0 px.</summary>
    public const string Geometry = "geometry";

    /// <summary>Struct of four float64: covering of the geometry.</summary>
    public const string Bbox = "bbox";

    /// <summary>Field of <see cref="Bbox"/>.</summary>
    public const string XMin = "xmin";

    /// <summary>Field of <see cref="Bbox"/>.</summary>
    public const string YMin = "ymin";

    /// <summary>Field of <see cref="Bbox"/>.</summary>
    public const string XMax = "xmax";

    /// <summary>Field of <see cref="Bbox"/>.</summary>
    public const string YMax = "ymax";

    /// <summary>float64: centroid, level-0 px.</summary>
    public const string X = "x";

    /// <summary>float64: centroid, level-0 px.</summary>
    public const string Y = "y";

    /// <summary>float32: µm².</summary>
    public const string Area = "area_um2";

    /// <summary>float32: µm.</summary>
    public const string Perimeter = "perimeter_um";

    /// <summary>float32: µm.</summary>
    public const string MaxDiameter = "max_diameter_um";

    /// <summary>float32: 0 … 1.</summary>
    public const string Circularity = "circularity";

    /// <summary>float32: degrees, NaN when not known.</summary>
    public const string Orientation = "orientation_deg";

    /// <summary>uint8: class id.</summary>
    public const string Class = "class";

    /// <summary>Dictionary of strings.</summary>
    public const string ClassName = "class_name";

    /// <summary>float32: mean soft-max of the class.</summary>
    public const string ClassProbability = "class_probability";

    /// <summary>float32: share of the pixels that vote for the class.</summary>
    public const string ClassShare = "class_share";

    /// <summary>float32: mean probability of "nucleus".</summary>
    public const string NucleusProbability = "nucleus_probability";

    /// <summary>float32: µm, NaN for a tile without inner sides.</summary>
    public const string BorderDistance = "border_distance_um";

    /// <summary>uint16: bits of Domain.Cells.CellFlags.</summary>
    public const string Flags = "flags";

    /// <summary>Dotted path of a field of <see cref="Bbox"/>.</summary>
    public static string BboxPath(string field) => $"{Bbox}.{field}";
}
