using CellVitCluster.Cluster.Runs;
using MessagePack;

namespace CellVitCluster.Cluster.Admission;

/// <summary>Answers questions about work: what is journaled, together with the last word of the runs. Soft state; not thread-safe.</summary>
/// <param name="disks">Why work has to wait.</param>
internal sealed class WorkStatuses(DiskWatch disks)
{
    /// <summary>Leaves room for the envelope below 64 KiB.</summary>
    private const int PageBytes = 60_000;

    private readonly Dictionary<string, RunProgress> _progress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FailureMessage> _stalls = new(StringComparer.Ordinal);

    /// <summary>A run says how far it is: it lives.</summary>
    public void Hear(RunProgress progress)
    {
        // Kept beyond the end of the run: whoever asks then still wants to know how many tiles there were.
        _progress[progress.RunId] = progress;
        _stalls.Remove(progress.RunId);
    }

    /// <summary>A run says that it cannot go on.</summary>
    public void Hear(RunStalled stalled) => _stalls[stalled.RunId] = stalled.Failure;

    /// <summary>Nobody will ask for these runs again.</summary>
    public void Forget(IEnumerable<string> runIds)
    {
        foreach (string runId in runIds)
        {
            _progress.Remove(runId);
            _stalls.Remove(runId);
        }
    }

    /// <summary>How a run stands.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isActive">Whether it was admitted.</param>
    public RunStatus Of(AdmittedRun run, bool isActive)
    {
        RunProgress? progress = _progress.GetValueOrDefault(run.RunId);
        RunPhase phase = run.Publication is not null ? RunPhase.Published
            : run.Failure is not null ? RunPhase.Quarantined
            : run.Cancelled ? RunPhase.Cancelled
            // A run that was submitted again may still have its last word from before; only this journal says that it has ended.
            : isActive && progress is { Phase: RunPhase.Surveying or RunPhase.Running or RunPhase.Merging } ? progress.Phase
            : RunPhase.Waiting;
        FailureMessage? hindrance = run.IsSettled ? null
            : isActive ? _stalls.GetValueOrDefault(run.RunId) ?? progress?.Stall
            : disks.ReasonToWait(AdmissionQueue.FolderOf(run.Specification));
        return new RunStatus(run.RunId, phase, progress, run.Publication, run.Failure ?? hindrance)
        {
            Name = run.Specification.Name,
            Priority = run.Priority,
            Submitter = run.Submitter,
            BatchId = run.Owners.IsEmpty ? null : run.Owners[0].BatchId,
            Entry = run.Owners.IsEmpty ? 0 : run.Owners[0].Entry,
        };
    }

    /// <summary>How a batch stands.</summary>
    public static BatchStatus Of(AdmittedBatch batch) => new(
        batch.Opening.BatchId,
        batch.Opening.Submitter,
        batch.Opening.Label,
        batch.Priority,
        batch.OpenedAt,
        batch.Opening.SlideCount,
        batch.Tally.Waiting + batch.Opening.SlideCount - batch.Entries.Count,
        batch.Tally.Active,
        batch.Tally.Published,
        batch.Tally.Quarantined,
        batch.Tally.Cancelled,
        batch.Opening.Template.OutputDirectory)
    {
        Complete = batch.IsComplete,
    };

    /// <summary>A page of batches, the newest first.</summary>
    public static Batches Page(GetBatches query, CoordinatorState state) => new(
        [.. state.Batches.Values
            .OrderByDescending(batch => batch.Order)
            .Skip(query.Skip)
            .Take(Math.Clamp(query.Take, 0, GetBatches.MaxBatches))
            .Select(Of)],
        state.Batches.Count);

    /// <summary>A page of slides; as many as fit, at least one.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="state">All work.</param>
    /// <param name="isActive">Whether a run was admitted.</param>
    public BatchSlides Page(GetBatchSlides query, CoordinatorState state, Func<string, bool> isActive)
    {
        var slides = new List<BatchSlideStatus>();
        if (!state.Batches.TryGetValue(query.BatchId, out AdmittedBatch? batch))
        {
            return new BatchSlides(slides, null);
        }

        int bytes = 0;
        int take = Math.Clamp(query.Take, 1, GetRunStatuses.MaxRuns);
        for (int entry = Math.Max(0, query.From); entry < batch.Entries.Count; entry++)
        {
            BatchSlideStatus slide = Of(batch, entry, state, isActive);
            if (query.Phase is int phase && (int)slide.Phase != phase)
            {
                continue;
            }

            bytes += MessagePackSerializer.Serialize(slide).Length;
            if (slides.Count == take || (slides.Count > 0 && bytes > PageBytes))
            {
                return new BatchSlides(slides, entry);
            }

            slides.Add(slide);
        }

        return new BatchSlides(slides, null);
    }

    private BatchSlideStatus Of(AdmittedBatch batch, int number, CoordinatorState state, Func<string, bool> isActive)
    {
        BatchEntry entry = batch.Entries[number];

        // The run may have been begun anew for another folder; then it tells nothing of this slide any more.
        RunStatus? run = entry.RunId is not null && state.Runs.TryGetValue(entry.RunId, out AdmittedRun? known) && known.IsStoredFor(batch)
            ? Of(known, isActive(known.RunId))
            : null;
        RunPhase phase = entry.Standing switch
        {
            SlideStanding.Waiting => RunPhase.Waiting,
            SlideStanding.Active => run?.Phase ?? RunPhase.Waiting,
            SlideStanding.Published => RunPhase.Published,
            SlideStanding.Quarantined => RunPhase.Quarantined,
            _ => RunPhase.Cancelled,
        };
        FailureMessage? failure = entry.Failure
            ?? (entry.Standing == SlideStanding.Waiting ? disks.ReasonToWait(batch.Opening.Template.OutputDirectory) : null);
        return new BatchSlideStatus(number, entry.Slide.Path, phase, run, failure);
    }
}
