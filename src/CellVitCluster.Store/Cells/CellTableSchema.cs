using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Types;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using ParquetSharp;

namespace CellVitCluster.Store.Cells;

/// <summary>Schema, metadata and encodings of <c>cells.parquet</c> (GeoParquet 1.1.0, geoparquet.org).</summary>
internal static class CellTableSchema
{
    /// <summary>Level of compression of all tables.</summary>
    public const int ZstandardLevel = 3;

    /// <summary>Type of the column <c>bbox</c>.</summary>
    public static StructType BboxType { get; } = new(
    [
        Required(CellColumns.XMin, DoubleType.Default),
        Required(CellColumns.YMin, DoubleType.Default),
        Required(CellColumns.XMax, DoubleType.Default),
        Required(CellColumns.YMax, DoubleType.Default),
    ]);

    /// <summary>The schema with its key-value metadata.</summary>
    /// <param name="description">The store.</param>
    /// <param name="bounds">Smallest rectangle around all outlines, or null without cells.</param>
    public static Apache.Arrow.Schema Create(StoreDescription description, SlideRect? bounds) => new(
        [
            Required(CellColumns.Id, Int64Type.Default),
            Required(CellColumns.Geometry, BinaryType.Default),
            Required(CellColumns.Bbox, BboxType),
            Required(CellColumns.X, DoubleType.Default),
            Required(CellColumns.Y, DoubleType.Default),
            Required(CellColumns.Area, FloatType.Default),
            Required(CellColumns.Perimeter, FloatType.Default),
            Required(CellColumns.MaxDiameter, FloatType.Default),
            Required(CellColumns.Circularity, FloatType.Default),
            Required(CellColumns.Orientation, FloatType.Default),
            Required(CellColumns.Class, UInt8Type.Default),
            Required(CellColumns.ClassName, ClassNameColumn.Type),
            Required(CellColumns.ClassProbability, FloatType.Default),
            Required(CellColumns.ClassShare, FloatType.Default),
            Required(CellColumns.NucleusProbability, FloatType.Default),
            Required(CellColumns.BorderDistance, FloatType.Default),
            Required(CellColumns.Flags, UInt16Type.Default),
        ],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["geo"] = GeoMetadata(bounds).ToJsonString(),
            ["cellvit"] = CellVitMetadata(description).ToJsonString(),
        });

    /// <summary>Encodings and compression. The caller disposes the result.</summary>
    public static WriterProperties CreateWriterProperties()
    {
        using var builder = new WriterPropertiesBuilder();
        builder
            .Compression(Compression.Zstd)
            .CompressionLevel(ZstandardLevel)
            .EnablePageChecksum()
            .DisableDictionary()
            .EnableDictionary(CellColumns.Class)
            .EnableDictionary(CellColumns.ClassName)
            .EnableDictionary(CellColumns.Flags)
            .DisableStatistics(CellColumns.Geometry)
            .Encoding(CellColumns.Id, ParquetSharp.Encoding.DeltaBinaryPacked);
        foreach (string column in ByteStreamSplitColumns)
        {
            builder.Encoding(column, ParquetSharp.Encoding.ByteStreamSplit);
        }

        return builder.Build();
    }

    /// <summary>A taxonomy as tables state it in their metadata.</summary>
    public static JsonObject TaxonomyMetadata(Taxonomy taxonomy) => new()
    {
        ["name"] = taxonomy.Name,
        ["classes"] = new JsonArray([.. taxonomy.Classes.Select(ClassMetadata)]),
    };

    private static IEnumerable<string> ByteStreamSplitColumns =>
    [
        CellColumns.BboxPath(CellColumns.XMin),
        CellColumns.BboxPath(CellColumns.YMin),
        CellColumns.BboxPath(CellColumns.XMax),
        CellColumns.BboxPath(CellColumns.YMax),
        CellColumns.X,
        CellColumns.Y,
        CellColumns.Area,
        CellColumns.Perimeter,
        CellColumns.MaxDiameter,
        CellColumns.Circularity,
        CellColumns.Orientation,
        CellColumns.ClassProbability,
        CellColumns.ClassShare,
        CellColumns.NucleusProbability,
        CellColumns.BorderDistance,
    ];

    private static Field Required(string name, IArrowType type) => new(name, type, nullable: false);

    private static JsonObject GeoMetadata(SlideRect? bounds)
    {
        var geometry = new JsonObject
        {
            ["encoding"] = "WKB",
            ["geometry_types"] = new JsonArray("Polygon"),
            ["crs"] = null,
            ["edges"] = "planar",
            ["covering"] = new JsonObject
            {
                ["bbox"] = new JsonObject
                {
                    [CellColumns.XMin] = new JsonArray(CellColumns.Bbox, CellColumns.XMin),
                    [CellColumns.YMin] = new JsonArray(CellColumns.Bbox, CellColumns.YMin),
                    [CellColumns.XMax] = new JsonArray(CellColumns.Bbox, CellColumns.XMax),
                    [CellColumns.YMax] = new JsonArray(CellColumns.Bbox, CellColumns.YMax),
                },
            },
        };
        if (bounds is { } b)
        {
            geometry["bbox"] = new JsonArray(b.X, b.Y, b.Right, b.Bottom);
        }

        return new JsonObject
        {
            ["version"] = "1.1.0",
            ["primary_column"] = CellColumns.Geometry,
            ["columns"] = new JsonObject { [CellColumns.Geometry] = geometry },
        };
    }

    private static JsonObject CellVitMetadata(StoreDescription description) => new()
    {
        ["format_version"] = Manifests.StoreManifest.CurrentFormatVersion,
        ["run"] = description.Run.Value,
        ["slide"] = description.Slide.Value,
        ["microns_per_pixel"] = description.Mpp.MicronsPerPixel,
        ["taxonomy"] = TaxonomyMetadata(description.Taxonomy),
    };

    private static JsonNode ClassMetadata(CellClass cellClass) => new JsonObject
    {
        ["id"] = cellClass.Id,
        ["name"] = cellClass.Name,
        ["color"] = new JsonArray(cellClass.Red, cellClass.Green, cellClass.Blue),
    };
}
