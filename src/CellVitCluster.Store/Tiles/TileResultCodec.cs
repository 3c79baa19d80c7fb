using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using MessagePack;
using MessagePack.Resolvers;

namespace CellVitCluster.Store.Tiles;

/// <summary>Between the cells of a tile and the bytes of its result file. The bytes are a function of the content alone.</summary>
internal static class TileResultCodec
{
    /// <summary>Layout written.</summary>
    public const int FormatVersion = 1;

    /// <summary>Parts of the files of the first writer; what is shorter is none of ours.</summary>
    private const int LeastParts = 16;

    private static readonly NucleusShape Unmeasured = new(float.NaN, float.NaN, float.NaN, float.NaN);

    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithResolver(StandardResolverAllowPrivate.Instance).WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Serializes a tile.</summary>
    public static void Encode(Stream stream, RunId run, TileCells cells, NumericProfile profile)
    {
        IReadOnlyList<TileCell> list = cells.Cells;
        int count = list.Count;
        var columns = new TileResultColumns
        {
            FormatVersion = FormatVersion,
            Run = run.Value,
            Row = cells.Tile.Row,
            Column = cells.Tile.Column,
            Profile = profile.Value,
            Count = count,
            TokenWidth = cells.TokenWidth,
            Boxes = new int[4 * count],
            Centroids = new double[2 * count],
            VertexCounts = new int[count],
            ContourUnits = new short[list.Sum(cell => cell.Contour.Units.Length)],
            Areas = new int[count],
            Classes = new byte[count],
            ClassShares = new double[count],
            NucleusProbabilities = new float[count],
            Tokens = cells.Tokens,
            Shapes = new float[4 * count],
            ClassCount = cells.ClassProbabilities.ClassCount,
            ClassProbabilities = cells.ClassProbabilities.Values,
        };
        int unit = 0;
        for (int i = 0; i < count; i++)
        {
            TileCell cell = list[i];
            columns.Boxes[4 * i] = cell.Box.X;
            columns.Boxes[(4 * i) + 1] = cell.Box.Y;
            columns.Boxes[(4 * i) + 2] = cell.Box.Width;
            columns.Boxes[(4 * i) + 3] = cell.Box.Height;
            columns.Centroids[2 * i] = cell.Centroid.X;
            columns.Centroids[(2 * i) + 1] = cell.Centroid.Y;
            columns.VertexCounts[i] = cell.Contour.Count;
            cell.Contour.Units.CopyTo(columns.ContourUnits.AsSpan(unit));
            unit += cell.Contour.Units.Length;
            columns.Areas[i] = cell.AreaPixels;
            columns.Classes[i] = cell.Class;
            columns.ClassShares[i] = cell.ClassShare;
            columns.NucleusProbabilities[i] = cell.NucleusProbability;
            Write(cell.Shape ?? Unmeasured, columns.Shapes.AsSpan(4 * i, 4));
        }

        MessagePackSerializer.Serialize(stream, columns, Options);
    }

    /// <summary>Deserializes a tile.</summary>
    /// <param name="bytes">The whole file; not used after the call.</param>
    /// <exception cref="FormatException">Another format version, or columns that do not belong together.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are no MessagePack of this shape.</exception>
    public static TileResult Decode(ReadOnlyMemory<byte> bytes)
    {
        (int length, int version) = HeaderOf(bytes);
        if (version != FormatVersion)
        {
            throw new FormatException($"It has format version {version}; this program reads version {FormatVersion}.");
        }

        TileResultColumns columns = MessagePackSerializer.Deserialize<TileResultColumns>(bytes, Options, out int read, CancellationToken.None);
        if (length < LeastParts || read != bytes.Length)
        {
            throw new FormatException($"It has {length} parts, at least {LeastParts} expected, and {bytes.Length - read} bytes behind them.");
        }

        Check(columns);
        var cells = new TileCell[columns.Count];
        int unit = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            int numbers = 2 * columns.VertexCounts[i];
            cells[i] = new TileCell
            {
                Box = new TileRect(columns.Boxes[4 * i], columns.Boxes[(4 * i) + 1], columns.Boxes[(4 * i) + 2], columns.Boxes[(4 * i) + 3]),
                Centroid = new TilePoint(columns.Centroids[2 * i], columns.Centroids[(2 * i) + 1]),
                Contour = new TileContour(columns.ContourUnits.AsSpan(unit, numbers).ToArray()),
                AreaPixels = columns.Areas[i],
                Shape = columns.Shapes.Length == 0 ? null : ReadShape(columns.Shapes.AsSpan(4 * i, 4)),
                Class = columns.Classes[i],
                ClassShare = columns.ClassShares[i],
                NucleusProbability = columns.NucleusProbabilities[i],
            };
            unit += numbers;
        }

        var tile = new TileCells(
            new TileId(columns.Row, columns.Column),
            cells,
            columns.TokenWidth,
            columns.Tokens,
            new ClassProbabilities(columns.ClassCount, columns.ClassProbabilities));
        return new TileResult(new RunId(columns.Run), tile, new NumericProfile(columns.Profile));
    }

    private static void Write(NucleusShape shape, Span<float> column)
    {
        column[0] = shape.PerimeterPixels;
        column[1] = shape.MaxDiameterPixels;
        column[2] = shape.Circularity;
        column[3] = shape.OrientationDegrees;
    }

    private static NucleusShape? ReadShape(ReadOnlySpan<float> column) =>
        float.IsNaN(column[0]) ? null : new NucleusShape(column[0], column[1], column[2], column[3]);

    private static (int Length, int Version) HeaderOf(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        int length = reader.ReadArrayHeader();
        return length > 0 ? (length, reader.ReadInt32()) : throw new FormatException("It is empty.");
    }

    private static void Check(TileResultColumns columns)
    {
        if (columns.Count < 0 || columns.TokenWidth < 0 || columns.ClassCount < 0 || columns.Run is null || columns.Profile is null)
        {
            throw new FormatException($"It states {columns.Count} cells with embeddings of width {columns.TokenWidth}, {columns.ClassCount} classes, run '{columns.Run}'.");
        }

        long vertices = 0;
        foreach (int count in columns.VertexCounts)
        {
            vertices += count >= 3 ? count : throw new FormatException($"It holds an outline of {count} vertices.");
        }

        long n = columns.Count;
        CheckLength("boxes", columns.Boxes, 4 * n);
        CheckLength("centroids", columns.Centroids, 2 * n);
        CheckLength("vertex counts", columns.VertexCounts, n);
        CheckLength("outlines", columns.ContourUnits, 2 * vertices);
        CheckLength("areas", columns.Areas, n);
        CheckLength("classes", columns.Classes, n);
        CheckLength("class shares", columns.ClassShares, n);
        CheckLength("nucleus probabilities", columns.NucleusProbabilities, n);
        CheckLength("tokens", columns.Tokens, n * columns.TokenWidth);
        CheckLength("shapes", columns.Shapes, columns.Shapes.Length == 0 ? 0 : 4 * n);
        CheckLength("class probabilities", columns.ClassProbabilities, n * columns.ClassCount);
        if (columns.ClassCount > 0 && n > 0 && columns.Classes.Max() >= columns.ClassCount)
        {
            throw new FormatException($"It holds a cell of class {columns.Classes.Max()} and probabilities of {columns.ClassCount} classes.");
        }
    }

    private static void CheckLength(string name, Array column, long expected)
    {
        if (column.Length != expected)
        {
            throw new FormatException($"Its column of {name} has {column.Length} values, expected {expected}.");
        }
    }
}
