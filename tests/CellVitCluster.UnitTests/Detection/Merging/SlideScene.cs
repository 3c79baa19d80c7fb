using System.Collections;
using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.UnitTests.Detection.Merging;

/// <summary>One nucleus of a scene: an ellipse in grid px.</summary>
internal readonly record struct Ellipse(double X, double Y, double A, double B)
{
    public bool Contains(int x, int y)
    {
        double dx = (x + 0.5 - X) / A, dy = (y + 0.5 - Y) / B;
        return (dx * dx) + (dy * dy) <= 1;
    }
}

/// <summary>A slide of drawn nuclei, of which each tile sees its window.</summary>
internal sealed class SlideScene
{
    private static readonly byte[] Classes = [.. Enumerable.Repeat((byte)1, TileGrid.TileSize * TileGrid.TileSize)];

    public SlideScene(int width, int height, IReadOnlyList<Ellipse> nuclei)
    {
        Grid = new TileGrid
        {
            BaseMpp = new Mpp(0.5),
            ActiveArea = new SlideRect(100, 40, width / 2.0, height / 2.0),
            Downsample = 1,
            RescaleSixteenths = 8,
            SourceWidth = width / 2,
            SourceHeight = height / 2,
            Columns = (width + TileGrid.Stride - 1) / TileGrid.Stride,
            Rows = (height + TileGrid.Stride - 1) / TileGrid.Stride,
        };
        Width = width;
        Height = height;
        Nuclei = nuclei;
    }

    public TileGrid Grid { get; }

    public int Width { get; }

    public int Height { get; }

    public IReadOnlyList<Ellipse> Nuclei { get; }

    public TilePlan FullPlan => Plan(_ => true);

    public TilePlan Plan(Func<TileId, bool> selected) =>
        new(Grid, new BitArray(Enumerable.Range(0, Grid.TileCount).Select(i => selected(Grid.TileAt(i))).ToArray()));

    /// <summary>Nuclei that keep a distance from each other, so that pixels are never shared.</summary>
    public static List<Ellipse> Scatter(Random random, int width, int height, int count, int largest)
    {
        var nuclei = new List<Ellipse>();
        for (int attempt = 0; attempt < 20 * count && nuclei.Count < count; attempt++)
        {
            var nucleus = new Ellipse(
                random.NextDouble() * width, random.NextDouble() * height, random.Next(4, largest), random.Next(4, largest));
            double reach = Math.Max(nucleus.A, nucleus.B) + 3;
            if (nuclei.TrueForAll(other => Distance(nucleus, other) > reach + Math.Max(other.A, other.B)))
            {
                nuclei.Add(nucleus);
            }
        }

        return nuclei;
    }

    /// <summary>What a tile sees; <paramref name="view"/> may change a nucleus or, with null, hide it.</summary>
    public TileCells See(TileId tile, Func<int, Ellipse?>? view = null)
    {
        TileFrame frame = Grid.FrameOf(tile);
        var image = new LabelImage(TileGrid.TileSize, TileGrid.TileSize);
        for (int i = 0; i < Nuclei.Count; i++)
        {
            if ((view is null ? Nuclei[i] : view(i)) is { } nucleus)
            {
                Draw(image, frame, nucleus, i + 1);
            }
        }

        var maps = new NetworkMaps
        {
            Width = TileGrid.TileSize,
            Height = TileGrid.TileSize,
            Nucleus = [],
            Horizontal = [],
            Vertical = [],
            Class = Classes,
        };
        IReadOnlyList<TileCell> cells = NucleusExtractor.Describe(image, maps, CompatibilityMode.Default, new SeparationWorkspace()).Cells;
        Half[] tokens = [.. cells.SelectMany(cell => new[] { (Half)cell.AreaPixels, (Half)tile.Column })];
        return new TileCells(tile, cells, 2, tokens);
    }

    /// <summary>Pixels of a nucleus on the slide.</summary>
    public int AreaOf(Ellipse nucleus)
    {
        int area = 0;
        for (int y = Math.Max(0, (int)(nucleus.Y - nucleus.B) - 1); y < Math.Min(Height, nucleus.Y + nucleus.B + 1); y++)
        {
            for (int x = Math.Max(0, (int)(nucleus.X - nucleus.A) - 1); x < Math.Min(Width, nucleus.X + nucleus.A + 1); x++)
            {
                area += nucleus.Contains(x, y) ? 1 : 0;
            }
        }

        return area;
    }

    private static double Distance(Ellipse a, Ellipse b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));

    private void Draw(LabelImage image, TileFrame frame, Ellipse nucleus, int label)
    {
        int left = Math.Max(Math.Max(0, frame.OriginX), (int)(nucleus.X - nucleus.A) - 1);
        int right = Math.Min(Math.Min(Width, frame.OriginX + TileGrid.TileSize), (int)(nucleus.X + nucleus.A) + 2);
        int top = Math.Max(Math.Max(0, frame.OriginY), (int)(nucleus.Y - nucleus.B) - 1);
        int bottom = Math.Min(Math.Min(Height, frame.OriginY + TileGrid.TileSize), (int)(nucleus.Y + nucleus.B) + 2);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                if (nucleus.Contains(x, y))
                {
                    image[x - frame.OriginX, y - frame.OriginY] = label;
                }
            }
        }
    }
}
