using System.Runtime.InteropServices;
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

    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithResolver(StandardResolverAllowPrivate.Instance).WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Serializes a tile.</summary>
    public static byte[] Encode(RunId run, TileCells cells, NumericProfile profile)
    {
        IReadOnlyList<TileCell> list = cells.Cells;
        int count = list.Count;
        var boxes = new int[4 * count];
        var centroids = new double[2 * count];
        var vertexCounts = new int[count];
        var units = new short[list.Sum(cell => cell.Contour.Units.Length)];
        var areas = new int[count];
        var classes = new byte[count];
        var shares = new double[count];
        var probabilities = new float[count];
        int unit = 0;
        for (int i = 0; i < count; i++)
        {
            TileCell cell = list[i];
            (boxes[4 * i], boxes[(4 * i) + 1], boxes[(4 * i) + 2], boxes[(4 * i) + 3]) = cell.Box;
            (centroids[2 * i], centroids[(2 * i) + 1]) = cell.Centroid;
            vertexCounts[i] = cell.Contour.Count;
            cell.Contour.Units.CopyTo(units.AsSpan(unit));
            unit += cell.Contour.Units.Length;
            areas[i] = cell.AreaPixels;
            classes[i] = cell.Class;
            shares[i] = cell.ClassShare;
            probabilities[i] = cell.NucleusProbability;
        }

        var columns = new TileResultColumns
        {
            FormatVersion = FormatVersion,
            Run = run.Value,
            Row = cells.Tile.Row,
            Column = cells.Tile.Column,
            Profile = profile.Value,
            Count = count,
            TokenWidth = cells.TokenWidth,
            Boxes = ToBytes(boxes),
            Centroids = ToBytes(centroids),
            VertexCounts = ToBytes(vertexCounts),
            ContourUnits = ToBytes(units),
            Areas = ToBytes(areas),
            Classes = classes,
            ClassShares = ToBytes(shares),
            NucleusProbabilities = ToBytes(probabilities),
            Tokens = ToBytes(cells.Tokens),
        };
        return MessagePackSerializer.Serialize(columns, Options);
    }

    /// <summary>Deserializes a tile.</summary>
    /// <exception cref="FormatException">Another format version, or columns that do not belong together.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are no MessagePack of this shape.</exception>
    public static TileResult Decode(ReadOnlyMemory<byte> bytes)
    {
        int version = VersionOf(bytes);
        if (version != FormatVersion)
        {
            throw new FormatException($"It has format version {version}; this program reads version {FormatVersion}.");
        }

        TileResultColumns columns = MessagePackSerializer.Deserialize<TileResultColumns>(bytes, Options);
        int count = columns.Count;
        if (count < 0 || columns.TokenWidth < 0)
        {
            throw new FormatException($"It states {count} cells with embeddings of width {columns.TokenWidth}.");
        }

        ReadOnlySpan<int> boxes = Column<int>(columns.Boxes, 4L * count, "boxes");
        ReadOnlySpan<double> centroids = Column<double>(columns.Centroids, 2L * count, "centroids");
        ReadOnlySpan<int> vertexCounts = Column<int>(columns.VertexCounts, count, "vertex counts");
        ReadOnlySpan<short> units = Column<short>(columns.ContourUnits, VertexTotal(vertexCounts) * 2, "outlines");
        ReadOnlySpan<int> areas = Column<int>(columns.Areas, count, "areas");
        ReadOnlySpan<byte> classes = Column<byte>(columns.Classes, count, "classes");
        ReadOnlySpan<double> shares = Column<double>(columns.ClassShares, count, "class shares");
        ReadOnlySpan<float> probabilities = Column<float>(columns.NucleusProbabilities, count, "nucleus probabilities");
        ReadOnlySpan<Half> tokens = Column<Half>(columns.Tokens, (long)count * columns.TokenWidth, "tokens");

        var cells = new TileCell[count];
        int unit = 0;
        for (int i = 0; i < count; i++)
        {
            int length = 2 * vertexCounts[i];
            cells[i] = new TileCell
            {
                Box = new TileRect(boxes[4 * i], boxes[(4 * i) + 1], boxes[(4 * i) + 2], boxes[(4 * i) + 3]),
                Centroid = new TilePoint(centroids[2 * i], centroids[(2 * i) + 1]),
                Contour = new TileContour(units.Slice(unit, length).ToArray()),
                AreaPixels = areas[i],
                Class = classes[i],
                ClassShare = shares[i],
                NucleusProbability = probabilities[i],
            };
            unit += length;
        }

        var tile = new TileCells(new TileId(columns.Row, columns.Column), cells, columns.TokenWidth, tokens.ToArray());
        return new TileResult(new RunId(columns.Run), tile, new NumericProfile(columns.Profile));
    }

    private static int VersionOf(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        return reader.ReadArrayHeader() > 0 ? reader.ReadInt32() : throw new FormatException("It is empty.");
    }

    private static long VertexTotal(ReadOnlySpan<int> vertexCounts)
    {
        long total = 0;
        foreach (int vertices in vertexCounts)
        {
            total += vertices >= 3 ? vertices : throw new FormatException($"It holds an outline of {vertices} vertices.");
        }

        return total;
    }

    private static byte[] ToBytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static ReadOnlySpan<T> Column<T>(byte[]? bytes, long count, string name)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(bytes);
        return values.Length == count && (bytes?.Length ?? 0) == MemoryMarshal.AsBytes(values).Length
            ? values
            : throw new FormatException($"Its column of {name} has {bytes?.Length ?? 0} bytes instead of the room for {count} values.");
    }
}
