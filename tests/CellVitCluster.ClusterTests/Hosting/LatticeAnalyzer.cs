using System.Collections.Concurrent;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>
/// Stands for the network in tests of the cluster: every slide shows square nuclei of 16 px on a lattice of 100 px, so that every tile's
/// cells are known, tiles agree at the seams, and no pixel has to be computed.
/// </summary>
internal sealed class LatticeAnalyzer : ITileAnalyzer
{
    private const int Pitch = 100;
    private const int Side = 16;

    private readonly ConcurrentDictionary<(SlideSource, TileId), Lazy<int>> _order = new();
    private int _calls, _tiles;

    public NumericProfile Profile => new("test/lattice");

    public string ModelDigest => new('a', 64);

    public string Precision => "fp32";

    public int Capacity => 3;

    public DeviceUse Use => default;

    /// <summary>Calls so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What the class branch was to decide, by the calls so far.</summary>
    public ConcurrentBag<ClassBranchUse> ClassBranches { get; } = [];

    /// <summary>What to throw for a tile, or null.</summary>
    public Func<TileTask, Exception?> Failure { get; init; } = _ => null;

    /// <summary>
    /// Tiles wait here, so that a test decides how far a run gets. Gets the number of the tile in the order of their first calls, from 1: on a machine
    /// that stands still for some seconds a tile is granted again, and passes where it passed before.
    /// </summary>
    public Func<int, Task> Gate { get; init; } = _ => Task.CompletedTask;

    public async Task<TileAnalysis> AnalyzeAsync(TileTask task, CancellationToken cancellation)
    {
        ClassBranches.Add(task.ClassBranch);
        Interlocked.Increment(ref _calls);
        await Gate(_order.GetOrAdd((task.Slide, task.Tile), _ => new Lazy<int>(() => Interlocked.Increment(ref _tiles))).Value).WaitAsync(cancellation);
        if (Failure(task) is Exception failure)
        {
            throw failure;
        }

        TileFrame frame = task.Grid.FrameOf(task.Tile);
        var cells = new List<TileCell>();
        for (int y = FirstAtOrAfter(frame.OriginY - Side); y < frame.OriginY + TileGrid.TileSize; y += Pitch)
        {
            for (int x = FirstAtOrAfter(frame.OriginX - Side); x < frame.OriginX + TileGrid.TileSize; x += Pitch)
            {
                if (Cell(x - frame.OriginX, y - frame.OriginY) is TileCell cell)
                {
                    cells.Add(cell);
                }
            }
        }

        Half[] tokens = [.. cells.SelectMany(cell => Enumerable.Repeat((Half)cell.Box.X, 4))];
        return new TileAnalysis(new TileCells(task.Tile, cells, 4, tokens), new TileTimings(0.01, 0.02, 0.03));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static SlideUnreadableException Unreadable() =>
        new(ErrorCode.RegionUnreadable, "The region is unreadable.", "The test says so.", "Nothing.");

    private static int FirstAtOrAfter(int start) => (int)Math.Ceiling((start - (Pitch / 2.0)) / Pitch) * Pitch + (Pitch / 2);

    private static TileCell? Cell(int x, int y)
    {
        int left = Math.Max(0, x), top = Math.Max(0, y);
        int right = Math.Min(TileGrid.TileSize, x + Side), bottom = Math.Min(TileGrid.TileSize, y + Side);
        return right - left < 2 || bottom - top < 2
            ? null
            : new TileCell
            {
                Box = new TileRect(left, top, right - left, bottom - top),
                Centroid = new TilePoint((left + right) / 2.0, (top + bottom) / 2.0),
                Contour = TileContour.ThroughPixelCenters([left, top, left, bottom - 1, right - 1, bottom - 1, right - 1, top]),
                AreaPixels = (right - left) * (bottom - top),
                Class = 1,
                ClassShare = 1,
                NucleusProbability = 0.9f,
            };
    }
}
