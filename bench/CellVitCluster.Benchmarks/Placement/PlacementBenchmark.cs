using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Evaluation.Pairing;
using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Calibration;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Rendering;

namespace CellVitCluster.Benchmarks.Placement;

/// <summary>
/// <c>bench/run placement</c>: how far the cells depend on where the grid of tiles lies. Windows of one tile at nine places of a slide are
/// analyzed again a little further; cells at least 64 px inside both windows are paired within 3 px.
/// </summary>
internal static class PlacementBenchmark
{
    private const int Side = 1024;
    private const int Margin = 64;
    private const int PlacesPerSide = 3;
    private const double Radius = 3;

    /// <summary>Whole patches of 16 px: patches stay the same, their surroundings and numbers change.</summary>
    private static readonly (int X, int Y)[] WholePatches = [(16, 32), (176, 304)];

    private static readonly (int X, int Y)[] Others = [(37, 201)];

    /// <summary>Prints one row per rule.</summary>
    /// <param name="path">A slide at 0.25 µm/px, or one that states its pixel size.</param>
    public static int Run(string path)
    {
        ModelCard card = ModelCatalog.Installed.Resolve(null);
        InferenceDevice device = InferenceDevice.Parse("auto", Environment.ProcessorCount).WithPrecision(card.Precision);
        using var model = LoadedModel.Load(card, ConvolutionChoice.User.Apply(device, Environment.GetEnvironmentVariable(ConvolutionChoice.Variable)));
        using var network = new NetworkRunner(model, classes: false);
        using ISlide slide = SlideOpener.Open(new SlideSource(Path.GetFullPath(path), new Mpp(0.25)));
        SeparationParameters ours = CardSeparation.Of(card);
        PlacementRule[] rules =
        [
            new("each tile's extremes (published)", SeparationParameters.Reference, 1),
            new("one range for all tiles (default)", ours, 1),
            new("default, --placements 2", ours, 2),
        ];
        foreach ((int x, int y) in Places(slide.Metadata))
        {
            using WindowMaps origin = WindowMaps.Of(network, Read(slide, x, y));
            foreach (bool whole in new[] { true, false })
            {
                foreach ((int dx, int dy) in whole ? WholePatches : Others)
                {
                    using WindowMaps moved = WindowMaps.Of(network, Read(slide, x + dx, y + dy));
                    foreach (PlacementRule rule in rules)
                    {
                        rule.Add(whole, Compare(rule, origin, moved, dx, dy));
                    }
                }
            }
        }

        Console.WriteLine($"{"F1 between two placements of the window",-38} {"by whole patches",17} {"by (37, 201) px",16} {"cells",7}");
        foreach (PlacementRule rule in rules)
        {
            Console.WriteLine(FormattableString.Invariant($"{rule.Name,-38} {rule.WholePatches.F1,17:0.0000} {rule.Others.F1,16:0.0000} {rule.Cells,7}"));
        }

        return 0;
    }

    private static IEnumerable<(int X, int Y)> Places(SlideMetadata slide)
    {
        int reach = Side + WholePatches.Concat(Others).Max(shift => Math.Max(shift.X, shift.Y));
        for (int row = 1; row <= PlacesPerSide; row++)
        {
            for (int column = 1; column <= PlacesPerSide; column++)
            {
                yield return (
                    (int)((slide.Width - reach) * column / (PlacesPerSide + 1)), (int)((slide.Height - reach) * row / (PlacesPerSide + 1)));
            }
        }
    }

    private static byte[] Read(ISlide slide, int x, int y) => RegionReader.Read(slide, new SlideRect(x, y, Side, Side), 1).Rgb;

    private static DetectionCounts Compare(PlacementRule rule, WindowMaps origin, WindowMaps moved, int dx, int dy)
    {
        SlidePoint[] first = [.. origin.Centers(rule).Where(Inside)];
        SlidePoint[] second = [.. moved.Centers(rule).Select(p => new SlidePoint(p.X + dx, p.Y + dy)).Where(Inside)];
        return DetectionCounts.Of(CentroidPairing.Pair(first, second, Radius));

        bool Inside(SlidePoint p) => p.X >= dx + Margin && p.Y >= dy + Margin && p.X < Side - Margin && p.Y < Side - Margin;
    }
}
