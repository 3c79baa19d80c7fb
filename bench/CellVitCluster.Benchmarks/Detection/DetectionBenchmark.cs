using CellVitCluster.Inference.Verification;

namespace CellVitCluster.Benchmarks.Detection;

/// <summary>
/// <c>bench/run detection</c>: one tile from network maps to nuclei with embeddings, and the merging of two million nuclei; one thread, all on
/// recorded maps. Figures are processor time, medians.
/// </summary>
internal static class DetectionBenchmark
{
    private const int MergedCells = 2_000_000;
    private const string RealTile = "real-1024";

    private static readonly string[] Tiles = [RealTile, "synthetic-1024-dense", "empty-1024"];

    /// <summary>Measures everything.</summary>
    /// <param name="goldens">Folder of the recorded post-processing cases.</param>
    public static int Run(string goldens)
    {
        if (!Directory.Exists(Path.Combine(goldens, RealTile)))
        {
            Console.Error.WriteLine($"'{goldens}' holds no recorded tile '{RealTile}'. Name the folder of the post-processing cases.");
            return 2;
        }

        TileTimes.PrintHeader();
        foreach (string tile in Tiles)
        {
            TileTimes.Print(tile, PostprocessingCaseMaps.Load(Path.Combine(goldens, tile)));
        }

        Console.WriteLine("Milliseconds of processor time per 1024 x 1024 tile, tokens [1280, 64 x 64]. Quoted, not measured here: the published program");
        Console.WriteLine("takes 450 to 530 ms for real-1024 (post-processing 390 to 410, cells with token pooling 60 to 120).");
        Console.WriteLine();
        MergeTimes.Print(RepeatedTile.From(PostprocessingCaseMaps.Load(Path.Combine(goldens, RealTile))), MergedCells);
        return 0;
    }
}
