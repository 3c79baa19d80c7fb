using CellVitCluster.Api.Work;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cli.Client;

/// <summary>Documents of the service in the terms of the progress display, which knows the messages of the cluster.</summary>
internal static class RunDocumentReading
{
    /// <summary>How a slide stands; a phase that a newer service knows counts as waiting.</summary>
    public static RunStatus ToStatus(this SlideDocument slide)
    {
        RunPhase phase = PhaseName.Parse(slide.Phase) ?? RunPhase.Waiting;
        return slide.Run?.ToStatus(phase) ?? new RunStatus(string.Empty, phase, null, null, Failure(slide.Failure));
    }

    private static RunStatus ToStatus(this RunDocument run, RunPhase phase) => new(
        run.Id,
        phase,
        run.Tiles == 0 ? null : new RunProgress(
            run.Id, phase, run.Tiles, run.TilesDone, run.TilesFailed, run.TilesResumed, run.Cells, run.TileMm2, StageSeconds.Zero),
        run.Store is null ? null : new Publication(run.Store, run.ManifestDigest ?? string.Empty, run.Cells, [], run.Bytes ?? 0, run.TilesFailed, 0, 0),
        Failure(run.Failure ?? run.Stall))
    {
        Name = run.Name,
    };

    private static FailureMessage? Failure(FailureDocument? failure) =>
        failure is null ? null : new FailureMessage(failure.Code, failure.What, failure.Why, failure.Remedy);
}
