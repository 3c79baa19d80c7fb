using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <summary>A place among the work that goes on: taken by a run, or by a slide that is being identified.</summary>
/// <param name="Submitter">Who asked, or null.</param>
/// <param name="Priority">A value of <see cref="RunPriority"/>.</param>
public readonly record struct TakenPlace(string? Submitter, int Priority);

/// <summary>Work that may be admitted next.</summary>
/// <param name="Run">A run that was submitted, or null.</param>
/// <param name="Slide">A slide of a batch that has no run yet, or null.</param>
/// <param name="Submitter">Who asked, or null.</param>
/// <param name="Priority">A value of <see cref="RunPriority"/>.</param>
/// <param name="Order">Place in the order of submissions.</param>
/// <param name="OutputDirectory">Folder that takes its store.</param>
public sealed record WaitingWork(AdmittedRun? Run, SlideOfBatch? Slide, string? Submitter, int Priority, long Order, string OutputDirectory);

/// <summary>Who is admitted next: pure functions of the coordinator's state and the places that are taken.</summary>
public static class AdmissionQueue
{
    /// <summary>
    /// The work that goes first: the highest priority, then whoever has the fewest places, then the order of submission. A class may take
    /// as many places as there are, whatever lower classes hold, so that urgent work never waits for routine work to end.
    /// </summary>
    /// <param name="waiting">Work that could be admitted.</param>
    /// <param name="taken">Places that are taken.</param>
    /// <param name="places">Places there are, per class and those above.</param>
    /// <returns>Null when nothing waits or no place is free.</returns>
    public static WaitingWork? Next(IEnumerable<WaitingWork> waiting, IReadOnlyCollection<TakenPlace> taken, int places)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        ArgumentNullException.ThrowIfNull(taken);
        Dictionary<string, int> load = taken.GroupBy(place => place.Submitter ?? string.Empty, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        return waiting
            .Where(work => taken.Count(place => place.Priority >= work.Priority) < places)
            .MinBy(work => (
                -work.Priority,
                load.GetValueOrDefault(work.Submitter ?? string.Empty),
                work.Order,
                work.Run is null ? 1 : 0,
                work.Slide?.Entry ?? 0));
    }

    /// <summary>Work that waits: runs without a place, and of each complete batch the slide that is next.</summary>
    /// <param name="state">All work.</param>
    /// <param name="isActive">Whether a run has a place.</param>
    /// <param name="isTaken">Whether a slide is being identified.</param>
    public static IEnumerable<WaitingWork> Waiting(CoordinatorState state, Func<string, bool> isActive, Func<SlideOfBatch, bool> isTaken)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (string runId in state.Unfinished)
        {
            AdmittedRun run = state.Runs[runId];
            if (!run.Cancelling && !isActive(runId))
            {
                yield return new WaitingWork(run, null, run.Submitter, run.Priority, run.Order, FolderOf(run.Specification));
            }
        }

        foreach (AdmittedBatch batch in state.Batches.Values)
        {
            if (!batch.IsComplete)
            {
                continue;
            }

            foreach (WaitingSlide waiting in batch.Waiting)
            {
                var slide = new SlideOfBatch(batch.Opening.BatchId, waiting.Entry);
                if (!isTaken(slide))
                {
                    yield return new WaitingWork(
                        null, slide, batch.Opening.Submitter, waiting.Priority, batch.Order, batch.Opening.Template.OutputDirectory);
                    break;
                }
            }
        }
    }

    /// <summary>Folder that takes the store of a run.</summary>
    public static string FolderOf(RunSpecification run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Path.GetDirectoryName(run.StoreDirectory) ?? run.StoreDirectory;
    }
}
