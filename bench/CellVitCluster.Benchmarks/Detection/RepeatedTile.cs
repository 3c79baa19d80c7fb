using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Benchmarks.Detection;

/// <summary>
/// A slide of any size whose tissue repeats every 960 px, the stride of the tiles: all tiles show the same picture, and neighbors agree on
/// what both see.
/// </summary>
internal sealed class RepeatedTile
{
    private const int TokenWidth = 1280;

    private readonly IReadOnlyList<TileCell> _cells;
    private readonly Half[] _tokens;

    private RepeatedTile(IReadOnlyList<TileCell> cells)
    {
        _cells = cells;
        _tokens = new Half[cells.Count * TokenWidth];
    }

    /// <summary>Nuclei that one tile sees, those of the overlap included.</summary>
    public int Count => _cells.Count;

    /// <summary>Makes the tissue of a recorded tile repeat itself: nuclei that meet others across the seam give way.</summary>
    public static RepeatedTile From(NetworkMaps maps)
    {
        var workspace = new SeparationWorkspace();
        int[] torus = OnTorus(HoverSeparator.Separate(maps, SeparationParameters.Default, workspace));
        LabelImage image = Unrolled(torus);
        NetworkMaps classes = maps with { Class = [.. Enumerable.Repeat((byte)1, TileGrid.TileSize * TileGrid.TileSize)] };
        return new RepeatedTile(NucleusExtractor.Describe(image, classes, CompatibilityMode.Default, workspace).Cells);
    }

    /// <summary>A grid of at least so many tiles, all with tissue.</summary>
    public static TilePlan Plan(int tiles)
    {
        int side = (int)Math.Ceiling(Math.Sqrt(tiles)), pixels = side * TileGrid.Stride;
        var grid = new TileGrid
        {
            BaseMpp = Mpp.NetworkDefault,
            ActiveArea = new SlideRect(0, 0, pixels, pixels),
            Downsample = 1,
            RescaleSixteenths = 16,
            SourceWidth = pixels,
            SourceHeight = pixels,
            Columns = side,
            Rows = side,
        };
        return new TilePlan(grid, new System.Collections.BitArray(grid.TileCount, true));
    }

    /// <summary>What a tile of such a grid sees.</summary>
    public TileCells At(TileId tile) => new(tile, _cells, TokenWidth, _tokens);

    private static int[] OnTorus(LabelImage labels)
    {
        int[] torus = new int[TileGrid.Stride * TileGrid.Stride];
        foreach (IGrouping<int, int> nucleus in Enumerable.Range(0, labels.Width * labels.Height)
            .GroupBy(i => labels[i % labels.Width, i / labels.Width], PlaceOnTorus)
            .Where(group => group.Key != 0))
        {
            if (nucleus.All(place => torus[place] == 0))
            {
                foreach (int place in nucleus)
                {
                    torus[place] = nucleus.Key;
                }
            }
        }

        return torus;
    }

    private static int PlaceOnTorus(int pixel) =>
        (pixel / TileGrid.TileSize % TileGrid.Stride * TileGrid.Stride) + (pixel % TileGrid.TileSize % TileGrid.Stride);

    /// <summary>A tile of the torus; a nucleus that shows at two sides is two.</summary>
    private static LabelImage Unrolled(int[] torus)
    {
        var image = new LabelImage(TileGrid.TileSize, TileGrid.TileSize);
        int last = 0;
        for (int pixel = 0; pixel < TileGrid.TileSize * TileGrid.TileSize; pixel++)
        {
            if (torus[PlaceOnTorus(pixel)] != 0 && image[pixel % TileGrid.TileSize, pixel / TileGrid.TileSize] == 0)
            {
                Flood(image, torus, pixel, ++last);
            }
        }

        return image;
    }

    private static void Flood(LabelImage image, int[] torus, int first, int label)
    {
        int nucleus = torus[PlaceOnTorus(first)];
        var waiting = new Stack<(int X, int Y)>([(first % TileGrid.TileSize, first / TileGrid.TileSize)]);
        while (waiting.TryPop(out (int X, int Y) at))
        {
            if (at.X < 0 || at.Y < 0 || at.X >= TileGrid.TileSize || at.Y >= TileGrid.TileSize
                || image[at.X, at.Y] != 0 || torus[PlaceOnTorus((at.Y * TileGrid.TileSize) + at.X)] != nucleus)
            {
                continue;
            }

            image[at.X, at.Y] = label;
            for (int i = 0; i < 9; i++)
            {
                waiting.Push((at.X - 1 + (i % 3), at.Y - 1 + (i / 3)));
            }
        }
    }
}
