using CellVitCluster.Api.Work;
using CellVitCluster.Cli.Output;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cli.Client;

/// <summary>Outcome of a slide of a batch in the form that <c>run</c> reports.</summary>
internal static class SlideReports
{
    public static SlideReport Of(SlideDocument slide)
    {
        RunDocument? run = slide.Run;
        FailureDocument? failure = slide.Failure ?? run?.Failure ?? run?.Stall;
        return new SlideReport
        {
            Name = run?.Name ?? Path.GetFileNameWithoutExtension(slide.Path),
            Slide = slide.Path,
            Status = PhaseName.Parse(slide.Phase) switch
            {
                RunPhase.Published => "done",
                RunPhase.Quarantined => "failed",
                RunPhase.Cancelled => "cancelled",
                _ => "interrupted",
            },
            RunId = run?.Id,
            Store = run?.Store,
            Tiles = run?.Tiles ?? 0,
            TilesFailed = run?.TilesFailed ?? 0,
            TilesResumed = run?.TilesResumed ?? 0,
            Cells = run?.Cells ?? 0,
            Mm2 = Math.Round((run?.TilesDone ?? 0) * (run?.TileMm2 ?? 0), 3),
            Bytes = run?.Bytes ?? 0,
            Classes = run?.Classes,
            Layers = run?.Layers,
            StageSeconds = run?.StageSeconds,
            ErrorCode = failure?.Code,
            Error = failure is null ? null : $"{failure.What} {failure.Why} {failure.Remedy}",
        };
    }
}
