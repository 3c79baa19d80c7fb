using System.Globalization;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Benchmarks.Detection;

/// <summary>Resolving the seams of a large slide, row by row, one caller.</summary>
internal static class MergeTimes
{
    private const int Passes = 3;

    /// <summary>Merges a slide of about so many nuclei several times and prints a line for each time.</summary>
    public static void Print(RepeatedTile tile, int cells)
    {
        double perTile = tile.Count * Math.Pow(TileGrid.Stride / (double)TileGrid.TileSize, 2);
        TilePlan plan = RepeatedTile.Plan((int)Math.Ceiling(cells / perTile));
        Console.WriteLine($"{"merging",-12} {"tiles",6} {"seen",9} {"cells",9} {"cpu s",6} {"cells/cpu s",12} {"open at most",13} {"held MB",8}");
        double held = HeldMegabytes(tile, plan);
        for (int pass = 0; pass < Passes; pass++)
        {
            Print(tile, plan, held);
        }

        Console.WriteLine("Seen: views of nuclei in all tiles. Cells: each nucleus once. Processor time includes the collection of garbage on other threads.");
        Console.WriteLine("Held: managed memory that the merger holds after half of the tiles, row by row.");
    }

    private static void Print(RepeatedTile tile, TilePlan plan, double held)
    {
        GC.Collect();
        var merger = new SeamMerger(plan);
        TimeSpan start = Environment.CpuUsage.TotalTime;
        long cells = 0, seen = 0;
        int open = 0;
        foreach (TileId id in plan.Tiles)
        {
            TileCells view = tile.At(id);
            cells += merger.Add(view).Count;
            seen += view.Cells.Count;
            open = Math.Max(open, merger.OpenCells);
        }

        cells += merger.Complete().Count;
        double seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"row by row",-12} {plan.Count,6} {seen,9} {cells,9} {seconds,6:0.00} {cells / seconds,12:0} {open,13} {held,8:0.0}"));
    }

    private static double HeldMegabytes(RepeatedTile tile, TilePlan plan)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var merger = new SeamMerger(plan);
        foreach (TileId id in plan.Tiles.Take(plan.Count / 2))
        {
            merger.Add(tile.At(id));
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(merger);
        return (after - before) / 1e6;
    }
}
