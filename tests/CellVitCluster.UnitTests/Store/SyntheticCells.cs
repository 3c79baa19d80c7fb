using System.Text.Json;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.UnitTests.Store;

/// <summary>Repeatable random nuclei on a slide of <see cref="Side"/> px with the value grids that real ones have.</summary>
internal static class SyntheticCells
{
    public const int Side = 20_000;
    public const int TokenWidth = 8;
    public static readonly RunId Run = new("0123456789abcdef0123456789abcdef");
    public static readonly SlideRect ActiveArea = new(1000, 2000, Side - 1000, Side - 2000);

    public static readonly Taxonomy PanNuke = new("pannuke",
    [
        new CellClass(1, "Neoplastic", 255, 0, 0),
        new CellClass(2, "Inflammatory", 34, 221, 77),
        new CellClass(3, "Connective", 35, 92, 236),
        new CellClass(4, "Dead", 254, 255, 0),
        new CellClass(5, "Epithelial", 255, 159, 68),
    ]);

    public static StoreDescription Description(int tokenWidth = TokenWidth) => new()
    {
        Run = Run,
        Slide = new SlideId("fedcba9876543210fedcba9876543210"),
        SlideName = "A17",
        SlideMetadata = new SlideMetadata
        {
            Vendor = "image",
            Width = Side,
            Height = Side,
            Levels = [new SlideLevel(Side, Side, 1)],
            ActiveArea = ActiveArea,
            Mpp = new Mpp(0.25),
            MppOrigin = "--mpp",
            Magnification = 40,
        },
        Mpp = new Mpp(0.25),
        Taxonomy = PanNuke,
        TokenWidth = tokenWidth,
        ModelCard = JsonDocument.Parse("""{"name":"tiny"}""").RootElement,
        Parameters = JsonDocument.Parse("""{"compat":"default"}""").RootElement,
        SoftwareVersion = "0.1.0",
    };

    public static List<SlideCell> Many(int count, int seed = 1, int tokenWidth = TokenWidth, int side = Side)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => One(random, random.NextDouble() * side, random.NextDouble() * side, tokenWidth))];
    }

    public static SlideCell One(Random random, double x, double y, int tokenWidth = TokenWidth)
    {
        SlidePolygon outline = Outline(random, x, y, random.Next(18, 34));
        var token = new Half[tokenWidth];
        for (int i = 0; i < tokenWidth; i++)
        {
            token[i] = (Half)((random.NextDouble() * 4) - 2);
        }

        double perimeter = outline.Perimeter * 0.25, area = outline.Area / 16;
        return new SlideCell
        {
            Centroid = new SlidePoint(x, y),
            Outline = outline,
            AreaSquareMicrons = area,
            PerimeterMicrons = perimeter,
            MaxDiameterMicrons = perimeter / 3,
            Circularity = Math.Min(1, 4 * Math.PI * area / (perimeter * perimeter)),
            Class = (byte)random.Next(1, 6),
            ClassShare = random.NextDouble(),
            NucleusProbability = random.NextSingle(),
            Flags = (CellFlags)random.Next(16),
            Token = token,
            OrientationDegrees = random.Next(10) == 0 ? null : random.NextDouble() * 180,
            BorderDistanceMicrons = random.Next(10) == 0 ? null : random.Next(1024) * 0.25,
        };
    }

    /// <summary>Cells as the network's class branch describes them: six probabilities, and a class that need not be the most probable.</summary>
    public static List<SlideCell> WithClassProbabilities(IEnumerable<SlideCell> cells, int seed = 7)
    {
        var random = new Random(seed);
        return [.. cells.Select(cell => cell with { ClassProbabilities = Probabilities(random, 6) })];
    }

    public static TileCells Tile(int count, int seed, int tokenWidth = TokenWidth)
    {
        var random = new Random(seed);
        var cells = new List<TileCell>();
        for (int i = 0; i < count; i++)
        {
            var units = new short[2 * random.Next(3, 40)];
            foreach (ref short unit in units.AsSpan())
            {
                unit = (short)random.Next(short.MinValue, short.MaxValue + 1);
            }

            cells.Add(new TileCell
            {
                Box = new TileRect(random.Next(1024), random.Next(1024), random.Next(1, 64), random.Next(1, 64)),
                Centroid = new TilePoint(random.NextDouble() * 1024, random.NextDouble() * 1024),
                Contour = new TileContour(units),
                AreaPixels = random.Next(1, 5000),
                Shape = random.Next(5) == 0
                    ? null
                    : new NucleusShape(random.NextSingle() * 300, random.NextSingle() * 90, random.NextSingle(), random.NextSingle() * 180),
                Class = (byte)random.Next(6),
                ClassShare = random.NextDouble(),
                NucleusProbability = random.NextSingle(),
            });
        }

        var tokens = new Half[count * tokenWidth];
        foreach (ref Half value in tokens.AsSpan())
        {
            value = (Half)(random.NextDouble() - 0.5);
        }

        int classes = seed % 2 == 0 ? 6 : 0;
        var probabilities = new ClassProbabilities(classes, [.. cells.SelectMany(_ => Probabilities(random, classes))]);
        return new TileCells(new TileId(random.Next(100), random.Next(100)), cells, tokenWidth, tokens, probabilities);
    }

    private static float[] Probabilities(Random random, int count)
    {
        float[] weights = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static SlidePolygon Outline(Random random, double x, double y, int vertices)
    {
        var coordinates = new double[2 * vertices];
        double radius = 8 + (random.NextDouble() * 12);
        for (int i = 0; i < vertices; i++)
        {
            double angle = 2 * Math.PI * i / vertices, r = radius * (0.9 + (random.NextDouble() * 0.2));
            coordinates[2 * i] = Sixteenths(x + (r * Math.Cos(angle)));
            coordinates[(2 * i) + 1] = Sixteenths(y + (r * Math.Sin(angle)));
        }

        return new SlidePolygon(coordinates);
    }

    private static double Sixteenths(double value) => Math.Round(value * 16) / 16;
}
