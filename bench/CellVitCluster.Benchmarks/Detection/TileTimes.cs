using System.Globalization;
using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Inference.Embeddings;

namespace CellVitCluster.Benchmarks.Detection;

/// <summary>One tile from network maps to nuclei with embeddings, step by step, in both modes.</summary>
internal static class TileTimes
{
    private const int Passes = 25;
    private const int TokenWidth = 1280;
    private const int TokensPerSide = 64;
    private const int PatchSize = 16;

    /// <summary>Processor time of this process: what other programs take from the clock does not count.</summary>
    private static TimeSpan Now => Environment.CpuUsage.TotalTime;

    /// <summary>Heads the table.</summary>
    public static void PrintHeader() => Console.WriteLine(
        $"{"tile",-22} {"mode",-10} {"cells",6} {"vertices",9} {"separation",11} {"description",12} {"pooling",8} {"total",7}");

    /// <summary>Measures a tile and prints a line per mode.</summary>
    public static void Print(string name, NetworkMaps maps)
    {
        Print(name, maps, CompatibilityMode.Default, SeparationParameters.Default);
        Print(name, maps, CompatibilityMode.Reference, SeparationParameters.Reference);
    }

    private static void Print(string name, NetworkMaps maps, CompatibilityMode mode, SeparationParameters parameters)
    {
        var workspace = new SeparationWorkspace();
        float[] tokens = RandomTokens();
        double[] separation = new double[Passes], description = new double[Passes], pooling = new double[Passes], total = new double[Passes];
        IReadOnlyList<TileCell> cells = [];

        // The first passes compile; they are not counted.
        for (int pass = -Passes; pass < Passes; pass++)
        {
            TimeSpan start = Now;
            LabelImage labels = HoverSeparator.Separate(maps, parameters, workspace);
            TimeSpan separated = Now;
            cells = NucleusExtractor.Describe(labels, maps, mode, workspace).Cells;
            TimeSpan described = Now;
            TokenPooler.PoolAll(tokens, TokenWidth, TokensPerSide, PatchSize, cells);
            TimeSpan pooled = Now;
            if (pass >= 0)
            {
                separation[pass] = (separated - start).TotalMilliseconds;
                description[pass] = (described - separated).TotalMilliseconds;
                pooling[pass] = (pooled - described).TotalMilliseconds;
                total[pass] = (pooled - start).TotalMilliseconds;
            }
        }

        double vertices = cells.Count == 0 ? 0 : cells.Average(cell => cell.Contour.Count);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-22} {mode,-10} {cells.Count,6} {vertices,9:0.0} {Median(separation),11:0.0} {Median(description),12:0.0} {Median(pooling),8:0.0} {Median(total),7:0.0}"));
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static float[] RandomTokens()
    {
        var random = new Random(1);
        float[] tokens = new float[TokenWidth * TokensPerSide * TokensPerSide];
        foreach (ref float value in tokens.AsSpan())
        {
            value = random.NextSingle();
        }

        return tokens;
    }
}
