using System.Globalization;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>Runs of slides that do not exist, for workers that only pretend.</summary>
internal static class InventedRun
{
    /// <summary>A slide of which every tile is selected.</summary>
    public static (SlideMessage Slide, PlanMessage Plan) Survey(int columns, int rows)
    {
        int width = columns * TileGrid.Stride, height = rows * TileGrid.Stride;
        var grid = new TileGrid
        {
            BaseMpp = new Mpp(0.25),
            ActiveArea = new SlideRect(0, 0, width, height),
            Downsample = 1,
            RescaleSixteenths = 16,
            SourceWidth = width,
            SourceHeight = height,
            Columns = columns,
            Rows = rows,
        };
        byte[] selected = new byte[((columns * rows) + 7) / 8];
        Array.Fill(selected, (byte)0xFF);
        return (
            new SlideMessage("bench", width, height, [new LevelMessage(width, height, 1)], [0, 0, width, height], 0.25, "bench", 40, 100),
            new PlanMessage(GridMessage.From(grid), selected));
    }

    public static RunSpecification Specification(int number, string folder)
    {
        string runId = number.ToString("x32", CultureInfo.InvariantCulture);
        return new RunSpecification
        {
            RunId = runId,
            SlideId = runId,
            SlidePath = Path.Combine(folder, "none.tiff"),
            Name = FormattableString.Invariant($"slide-{number}"),
            StoreDirectory = Path.Combine(folder, "out", runId),
            WorkDirectory = Path.Combine(folder, "work", runId),
            Compatibility = 0,
            ModelDigest = new string('a', 64),
            ModelCard = "{}",
            TokenWidth = 4,
            TaxonomyName = "bench",
            Classes = [new ClassMessage(0, "Background", 0, 0, 0), new ClassMessage(1, "Nucleus", 255, 0, 0)],
        };
    }
}
