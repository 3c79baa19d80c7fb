using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.UnitTests.Detection.Contours;

/// <summary>One 8-connected part of a random picture, to be outlined.</summary>
/// <param name="Runs">Its pixels.</param>
internal sealed record PixelPart(PixelRun[] Runs)
{
    /// <summary>A tile in the midst of a grid.</summary>
    public static TileFrame Frame { get; } = new(
        new TileGrid
        {
            BaseMpp = new Mpp(0.25),
            ActiveArea = new SlideRect(0, 0, 2000, 2000),
            Downsample = 1,
            RescaleSixteenths = 16,
            SourceWidth = 2000,
            SourceHeight = 2000,
            Columns = 3,
            Rows = 3,
        },
        new TileId(1, 1));

    public int FirstX => Runs[0].Start;

    public int FirstY => Runs[0].Row;

    public TileRect Box
    {
        get
        {
            int left = Runs.Min(run => run.Start);
            return new TileRect(left, FirstY, Runs.Max(run => run.End) - left, Runs[^1].Row + 1 - FirstY);
        }
    }

    /// <summary>
    /// A picture of independent pixels, <paramref name="density"/> tenths of them set: full of diagonal contacts, thin lines, holes, and parts at
    /// its sides.
    /// </summary>
    public static LabelImage Noise(int width, int height, int density, int seed)
    {
        var random = new Random(seed);
        var image = new LabelImage(width, height);
        for (int i = 0; i < width * height; i++)
        {
            image[i % width, i / width] = random.Next(10) < density ? 1 : 0;
        }

        return image;
    }

    /// <summary>All parts of a picture.</summary>
    public static List<PixelPart> Of(LabelImage image)
    {
        var parts = new ConnectedComponents();
        parts.FindParts(image);
        return [.. parts.Runs.ToArray().GroupBy(run => run.Component).Select(runs => new PixelPart([.. runs]))];
    }

    /// <summary>The part over its box with what it encloses: clear pixels that no 4-connected path of other pixels joins with the outside.</summary>
    public byte[] Filled()
    {
        TileRect box = Box;
        byte[] mask = new byte[box.Width * box.Height];
        foreach (PixelRun run in Runs)
        {
            mask.AsSpan(((run.Row - box.Y) * box.Width) + run.Start - box.X, run.Length).Fill(1);
        }

        new Morphology().FillHoles(mask, box.Width, box.Height);
        return mask;
    }

    /// <summary>A cell with this part's box.</summary>
    public TileCell Cell(TileContour contour) => new()
    {
        Box = Box,
        Centroid = default,
        Contour = contour,
        AreaPixels = 1,
        Class = 1,
        ClassShare = 1,
        NucleusProbability = 0,
    };
}
