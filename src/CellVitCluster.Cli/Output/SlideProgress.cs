using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cli.Output;

/// <summary>Figures for people about one slide that is being worked on.</summary>
internal sealed class SlideProgress(string name, TimeProvider time)
{
    private int? _tilesAtStart;
    private long _start;

    public string Name { get; } = name;

    public RunStatus? Status { get; private set; }

    public int Tiles => Status?.Progress?.Tiles ?? 0;

    public int TilesDone => Status?.Progress?.TilesDone ?? 0;

    public int TilesFailed => Status?.Progress?.TilesFailed ?? 0;

    public long Cells => Status?.Publication?.Cells ?? Status?.Progress?.CellsSeen ?? 0;

    public double Mm2 => TilesDone * (Status?.Progress?.TileSquareMillimeters ?? 0);

    public double Mm2PerSecond { get; private set; }

    public TimeSpan? Left { get; private set; }

    /// <summary>Takes the newest status; what was resumed does not count for the speed.</summary>
    public void Update(RunStatus status)
    {
        // A settled run has no progress any more; the last one stays for the summary.
        Status = status with { Progress = status.Progress ?? Status?.Progress };
        if (status.Progress is not RunProgress progress || progress.Phase != RunPhase.Running)
        {
            Left = null;
            return;
        }

        if (_tilesAtStart is null)
        {
            _tilesAtStart = progress.TilesResumed;
            _start = time.GetTimestamp();
        }

        int done = progress.TilesDone - _tilesAtStart.Value;
        double seconds = time.GetElapsedTime(_start).TotalSeconds;
        if (done > 0 && seconds > 0)
        {
            Mm2PerSecond = done * progress.TileSquareMillimeters / seconds;
            Left = TimeSpan.FromSeconds((progress.Tiles - progress.TilesDone - progress.TilesFailed) * seconds / done);
        }
    }
}
