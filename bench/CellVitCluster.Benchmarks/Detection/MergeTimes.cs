using System.Diagnostics;
using System.Globalization;
using CellVitCluster.Benchmarks.Forward;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Benchmarks.Detection;

/// <summary>Resolving the seams of a large slide, row by row, one caller.</summary>
internal static class MergeTimes
{
    /// <summary>Merges a slide of at least so many nuclei, twice, and prints a line for each time.</summary>
    public static void Print(RepeatedTile tile, int cells)
    {
        double perTile = tile.Count * Math.Pow(TileGrid.Stride / (double)TileGrid.TileSize, 2);
        TilePlan plan = RepeatedTile.Plan((int)Math.Ceiling(cells / perTile));
        Console.WriteLine($"{"seams",-10} {"tiles",6} {"seen",9} {"cells",9} {"seconds",8} {"cpu s",6} {"cells/s",10} {"open at most",13} {"held MB",8}");
        for (int pass = 0; pass < 3; pass++)
        {
            Print(tile, plan);
        }

        Console.WriteLine("Seen: views of nuclei in all tiles; cells: each nucleus once. Held: managed memory with the merger at its fullest, garbage");
        Console.WriteLine("collected, beside what was there before.");
    }

    private static void Print(RepeatedTile tile, TilePlan plan)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var merger = new SeamMerger(plan);
        ProcessUsage usage = ProcessUsage.Start();
        long cells = 0, seen = 0, held = 0, ticks = 0;
        int open = 0, tiles = 0;
        foreach (TileId id in plan.Tiles)
        {
            TileCells view = tile.At(id);
            long start = Stopwatch.GetTimestamp();
            cells += merger.Add(view).Count;
            ticks += Stopwatch.GetTimestamp() - start;
            seen += view.Cells.Count;
            open = Math.Max(open, merger.OpenCells);
            if (++tiles == plan.Count / 2)
            {
                held = GC.GetTotalMemory(forceFullCollection: true) - before;
            }
        }

        cells += merger.Complete().Count;
        double seconds = ticks / (double)Stopwatch.Frequency;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"row by row",-10} {plan.Count,6} {seen,9} {cells,9} {seconds,8:0.00} {usage.ProcessorSeconds,6:0.00} {cells / seconds,10:0} {open,13} {held / 1e6,8:0.0}"));
    }
}
