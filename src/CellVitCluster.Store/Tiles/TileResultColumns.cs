using MessagePack;

namespace CellVitCluster.Store.Tiles;

/// <summary>
/// Format 1 of a tile result: one MessagePack array, one binary per column, little endian, row n of every column belongs to cell n. A key
/// keeps its meaning for ever; later writers append keys, which this reader skips. See docs/cell-store-format.md.
/// </summary>
[MessagePackObject]
internal sealed class TileResultColumns
{
    /// <summary>Layout number; first, so that any reader can tell what it has before it.</summary>
    [Key(0)]
    public int FormatVersion { get; set; }

    /// <summary>Run id, 32 hexadecimal digits.</summary>
    [Key(1)]
    public string Run { get; set; } = string.Empty;

    /// <summary>Row of the tile in the grid.</summary>
    [Key(2)]
    public int Row { get; set; }

    /// <summary>Column of the tile in the grid.</summary>
    [Key(3)]
    public int Column { get; set; }

    /// <summary>Numeric profile of the worker.</summary>
    [Key(4)]
    public string Profile { get; set; } = string.Empty;

    /// <summary>Number of cells n.</summary>
    [Key(5)]
    public int Count { get; set; }

    /// <summary>Length w of an embedding.</summary>
    [Key(6)]
    public int TokenWidth { get; set; }

    /// <summary>int32 <c>[n, 4]</c>: x, y, width, height in whole tile px.</summary>
    [Key(7)]
    [MessagePackFormatter(typeof(ColumnFormatter<int>))]
    public int[] Boxes { get; set; } = [];

    /// <summary>float64 <c>[n, 2]</c>: x, y in tile px.</summary>
    [Key(8)]
    [MessagePackFormatter(typeof(ColumnFormatter<double>))]
    public double[] Centroids { get; set; } = [];

    /// <summary>int32 <c>[n]</c>: vertices of each outline.</summary>
    [Key(9)]
    [MessagePackFormatter(typeof(ColumnFormatter<int>))]
    public int[] VertexCounts { get; set; } = [];

    /// <summary>int16 <c>[Σ vertices, 2]</c>: x, y in sixteenths of a tile px, outlines one after the other.</summary>
    [Key(10)]
    [MessagePackFormatter(typeof(ColumnFormatter<short>))]
    public short[] ContourUnits { get; set; } = [];

    /// <summary>int32 <c>[n]</c>: px.</summary>
    [Key(11)]
    [MessagePackFormatter(typeof(ColumnFormatter<int>))]
    public int[] Areas { get; set; } = [];

    /// <summary>uint8 <c>[n]</c>.</summary>
    [Key(12)]
    [MessagePackFormatter(typeof(ColumnFormatter<byte>))]
    public byte[] Classes { get; set; } = [];

    /// <summary>float64 <c>[n]</c>, 0 … 1.</summary>
    [Key(13)]
    [MessagePackFormatter(typeof(ColumnFormatter<double>))]
    public double[] ClassShares { get; set; } = [];

    /// <summary>float32 <c>[n]</c>, 0 … 1.</summary>
    [Key(14)]
    [MessagePackFormatter(typeof(ColumnFormatter<float>))]
    public float[] NucleusProbabilities { get; set; } = [];

    /// <summary>float16 <c>[n, w]</c>.</summary>
    [Key(15)]
    [MessagePackFormatter(typeof(ColumnFormatter<Half>))]
    public Half[] Tokens { get; set; } = [];

    /// <summary>
    /// float32 <c>[n, 4]</c>: perimeter and maximal diameter in px, circularity, orientation in degrees; NaN where not measured. Empty in a
    /// file of a writer that did not know them.
    /// </summary>
    [Key(16)]
    [MessagePackFormatter(typeof(ColumnFormatter<float>))]
    public float[] Shapes { get; set; } = [];

    /// <summary>Classes c whose probabilities are stated; 0: none.</summary>
    [Key(17)]
    public int ClassCount { get; set; }

    /// <summary>float32 <c>[n, c]</c>, 0 … 1: mean soft-max per class.</summary>
    [Key(18)]
    [MessagePackFormatter(typeof(ColumnFormatter<float>))]
    public float[] ClassProbabilities { get; set; } = [];
}
