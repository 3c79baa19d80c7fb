using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Admission;

/// <summary>What a command leads to.</summary>
/// <param name="Events">Facts to journal; none when the command changes nothing.</param>
/// <param name="Reply">Answer once they are journaled.</param>
public sealed record AdmissionDecision(IReadOnlyList<IAdmissionEvent> Events, IClusterMessage Reply);

/// <content>
/// Decisions: pure functions of the state and a command. A repeated command leads to no further event. Times are ms since 1970-01-01 UTC.
/// </content>
public sealed partial record CoordinatorState
{
    /// <summary>A submission: an event unless the run is already being worked on.</summary>
    public IReadOnlyList<IAdmissionEvent> Decide(SubmitRun command, long now)
    {
        ArgumentNullException.ThrowIfNull(command);
        AdmittedRun? known = Runs.GetValueOrDefault(command.RunId);
        return known is { IsSettled: false, Cancelling: false } && !command.Fresh
            ? []
            : [new RunSubmitted(command.Specification, (known?.Submission ?? 0) + 1, command.Fresh)
            {
                Submitter = command.Submitter,
                Priority = command.Priority,
                At = now,
            }];
    }

    /// <summary>The end of a run: an event unless it is known or belongs to an earlier submission.</summary>
    public IReadOnlyList<IAdmissionEvent> Decide(RunFinished report, long now)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Runs.TryGetValue(report.RunId, out AdmittedRun? run) && !run.IsSettled && run.Submission == report.Submission
            ? [new RunSettled(report.RunId, report.Submission, report.Publication, report.Failure) { Cancelled = report.Cancelled, At = now }]
            : [];
    }

    /// <summary>The announcement of a batch.</summary>
    public AdmissionDecision Decide(OpenBatch command, long now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Batches.TryGetValue(command.BatchId, out AdmittedBatch? known))
        {
            return string.Equals(known.Opening.ContentDigest, command.ContentDigest, StringComparison.Ordinal)
                ? new AdmissionDecision([], Accepted(known, existed: true))
                : Reject(
                    ErrorCode.BatchConflict,
                    $"Batch '{command.BatchId}' cannot be accepted.",
                    "A batch of that id but with other content was accepted before.",
                    "Use another idempotency key for another batch.");
        }

        return command.SlideCount < 1 || command.Priority is < (int)RunPriority.Routine or > (int)RunPriority.Stat
            ? Reject(
                ErrorCode.BatchConflict,
                $"Batch '{command.BatchId}' cannot be accepted.",
                $"It announces {command.SlideCount} slides of priority {command.Priority}.",
                "Announce at least one slide and a priority from 0 to 2.")
            : new AdmissionDecision([new BatchOpened(command, now)], new BatchAccepted(command.BatchId, 0, command.SlideCount, Existed: false));
    }

    /// <summary>A page of slides: what is known of it is left out, a page that would leave a gap is refused.</summary>
    public AdmissionDecision Decide(AddSlides command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (!Batches.TryGetValue(command.BatchId, out AdmittedBatch? batch))
        {
            return RejectUnknown($"batch '{command.BatchId}'");
        }

        int known = batch.Entries.Count;
        int end = command.From + command.Slides.Count;
        if (command.From < 0 || command.From > known || end > batch.Opening.SlideCount || command.Slides.Count > AddSlides.MaxSlides)
        {
            return Reject(
                ErrorCode.BatchConflict,
                $"Slides {command.From} to {end - 1} cannot be added to batch '{command.BatchId}'.",
                $"{known} of {batch.Opening.SlideCount} slides are listed; a page holds at most {AddSlides.MaxSlides}.",
                $"Go on with slide {known}.");
        }

        return end <= known
            ? new AdmissionDecision([], Accepted(batch, existed: true))
            : new AdmissionDecision(
                [new BatchSlidesListed(command.BatchId, known, [.. command.Slides.Skip(known - command.From)])],
                new BatchAccepted(command.BatchId, end, batch.Opening.SlideCount, Existed: false));
    }

    /// <summary>
    /// A slide of a batch that was identified: it is refused, becomes a run, or shares one that is there. Nothing when it no longer waits.
    /// </summary>
    public IReadOnlyList<IAdmissionEvent> Decide(SlideOfBatch slide, ComposedSlide composed, long now)
    {
        ArgumentNullException.ThrowIfNull(composed);
        if (!Batches.TryGetValue(slide.BatchId, out AdmittedBatch? batch) || batch.Entries[slide.Entry] is not { Standing: SlideStanding.Waiting } entry)
        {
            return [];
        }

        if (composed.Specification is not RunSpecification run)
        {
            return [new SlideRefused(slide.BatchId, slide.Entry, composed.Failure!, now)];
        }

        AdmittedRun? known = Runs.GetValueOrDefault(run.RunId);
        if (known is { IsSettled: false } && !known.IsStoredLike(run))
        {
            return
            [
                new SlideRefused(slide.BatchId, slide.Entry, new FailureMessage(
                    ErrorCode.RunElsewhere.Value,
                    $"Slide '{run.Name}' is not analyzed for '{run.StoreDirectory}'.",
                    $"The same analysis is under way for '{known.Specification.StoreDirectory}'.",
                    "Retry the slide when that run has ended, or use the cells that it stores there."), now),
            ];
        }

        return
        [
            new RunSubmitted(run, IsShared(slide, run) ? known!.Submission : (known?.Submission ?? 0) + 1, batch.Opening.Template.Fresh)
            {
                Submitter = batch.Opening.Submitter,
                Priority = entry.Priority,
                BatchId = slide.BatchId,
                Entry = slide.Entry,
                At = now,
            },
        ];
    }

    /// <summary>Whether a slide joins a run that is being worked on, or that was published for another slide of the same batch.</summary>
    public bool IsShared(SlideOfBatch slide, RunSpecification run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Runs.TryGetValue(run.RunId, out AdmittedRun? known)
            && known.IsStoredLike(run)
            && (known is { IsSettled: false, Cancelling: false }
                || (known.Publication is not null && known.Owners.Any(owner => owner.BatchId == slide.BatchId && owner.Entry != slide.Entry)));
    }

    /// <summary>Somebody cancels work.</summary>
    public AdmissionDecision Decide(CancelWork command, long now)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Change(command.Target, IsCancellable, IsCancellable, new WorkCancelled(command.Target, now), cancels: true);
    }

    /// <summary>Somebody wants failed or cancelled work tried again.</summary>
    public AdmissionDecision Decide(RetryWork command, long now)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Change(command.Target, run => run.IsRetryable, IsRetryable, new WorkRetried(command.Target, now), cancels: false);
    }

    /// <summary>Somebody changes a priority.</summary>
    public AdmissionDecision Decide(PrioritizeWork command, long now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Priority is < (int)RunPriority.Routine or > (int)RunPriority.Stat)
        {
            return Reject(
                ErrorCode.ConfigurationInvalid,
                "The priority cannot be changed.",
                $"There is no priority {command.Priority}.",
                "Use 0 (routine), 1 (urgent) or 2 (stat).");
        }

        return Change(
            command.Target,
            run => !run.IsSettled && run.Priority != command.Priority,
            entry => entry.Standing is SlideStanding.Waiting or SlideStanding.Active && entry.Priority != command.Priority,
            new WorkPrioritized(command.Target, command.Priority, now));
    }

    /// <summary>Finished runs that nobody has to remember any more: ended long ago, and so have all batches they belong to.</summary>
    /// <param name="before">Ended before this time.</param>
    public IEnumerable<AdmittedRun> ForgettableRuns(long before) => Runs.Values.Where(run => IsForgettable(run, before));

    /// <summary>Whether a run is one of <see cref="ForgettableRuns"/>; it is not any more once somebody has submitted or retried it, or shares it.</summary>
    /// <param name="runId">The run, known or not.</param>
    /// <param name="before">Ended before this time.</param>
    public bool IsForgettable(string runId, long before) => Runs.TryGetValue(runId, out AdmittedRun? run) && IsForgettable(run, before);

    /// <summary>Batches that nobody has to remember any more: nothing happened for long, and their runs are forgotten.</summary>
    /// <param name="before">Ended before this time.</param>
    public IEnumerable<string> ForgettableBatches(long before) => Batches.Values
        .Where(batch => IsOld(batch, before) && !batch.Entries.Exists(entry => entry.RunId is not null && Runs.ContainsKey(entry.RunId)))
        .Select(batch => batch.Opening.BatchId);

    private bool IsForgettable(AdmittedRun run, long before) =>
        run.IsSettled && run.SettledAt < before && run.Owners.All(owner => !Batches.TryGetValue(owner.BatchId, out AdmittedBatch? batch) || IsOld(batch, before));

    // A batch whose sender never listed all slides cannot end; it is forgotten like one that has ended.
    private static bool IsOld(AdmittedBatch batch, long before) => batch.ChangedAt < before && (batch.IsOver || !batch.IsComplete);

    private static BatchAccepted Accepted(AdmittedBatch batch, bool existed) =>
        new(batch.Opening.BatchId, batch.Entries.Count, batch.Opening.SlideCount, existed);

    private static AdmissionDecision Reject(ErrorCode code, string what, string why, string remedy) =>
        new([], new WorkRejected(new FailureMessage(code.Value, what, why, remedy)));

    private static AdmissionDecision RejectUnknown(string target) => Reject(
        ErrorCode.WorkUnknown,
        $"There is no {target}.",
        "It was never submitted, or it ended so long ago that it is forgotten.",
        "Look at the list of batches and runs.");

    /// <summary>What changes runs or listed slides, and with <paramref name="cancels"/> also what becomes of slides that are not listed yet.</summary>
    private AdmissionDecision Change(
        WorkTarget target, Func<AdmittedRun, bool> changesRun, Func<BatchEntry, bool> changesEntry, IAdmissionEvent fact, bool? cancels = null)
    {
        int changed;
        if (target.RunId is not null)
        {
            if (!Runs.TryGetValue(target.RunId, out AdmittedRun? run))
            {
                return RejectUnknown($"run '{target.RunId}'");
            }

            changed = changesRun(run) ? 1 : 0;
        }
        else if (target.BatchId is null || !Batches.TryGetValue(target.BatchId, out AdmittedBatch? batch))
        {
            return RejectUnknown($"batch '{target.BatchId}'");
        }
        else if (target.Entry is int entry && (entry < 0 || entry >= batch.Entries.Count))
        {
            return RejectUnknown($"slide {entry} in batch '{target.BatchId}'");
        }
        else
        {
            changed = SlidesOf(target).Count(slide => changesEntry(EntryAt(slide)));
            if (cancels is bool cancelled && StillArriving(target) is not null && batch.CancelsArriving != cancelled)
            {
                changed += batch.Opening.SlideCount - batch.Entries.Count;
            }
        }

        return new AdmissionDecision(changed == 0 ? [] : [fact], new WorkChanged(changed));
    }

    private bool IsCancellable(AdmittedRun run) => !run.IsSettled && !Cancelling.Contains(run.RunId);

    private bool IsCancellable(BatchEntry entry) =>
        entry.Standing == SlideStanding.Waiting || (entry.Standing == SlideStanding.Active && !Cancelling.Contains(entry.RunId!));

    private bool IsRetryable(BatchEntry entry) =>
        entry.Standing is SlideStanding.Quarantined or SlideStanding.Cancelled
        || (entry.Standing == SlideStanding.Active && Cancelling.Contains(entry.RunId!));
}
