using System.Collections.Immutable;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <summary>
/// What the coordinator knows of all runs and batches: an immutable fold of its events. What commands lead to stands in
/// <c>CoordinatorState.Decisions.cs</c>, its compact form in <see cref="CoordinatorSnapshot"/>.
/// </summary>
public sealed partial record CoordinatorState
{
    /// <summary>Nothing submitted.</summary>
    public static CoordinatorState Empty { get; } = new();

    /// <summary>All runs by id.</summary>
    public ImmutableDictionary<string, AdmittedRun> Runs { get; private init; } = ImmutableDictionary.Create<string, AdmittedRun>(StringComparer.Ordinal);

    /// <summary>All batches by id.</summary>
    public ImmutableDictionary<string, AdmittedBatch> Batches { get; private init; } =
        ImmutableDictionary.Create<string, AdmittedBatch>(StringComparer.Ordinal);

    /// <summary>Ids of the runs that have not ended.</summary>
    public ImmutableHashSet<string> Unfinished { get; private init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Ids of the runs that were cancelled and have not ended yet.</summary>
    public ImmutableHashSet<string> Cancelling { get; private init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private long NextOrder { get; init; }

    /// <summary>Folds one event.</summary>
    public CoordinatorState Apply(IAdmissionEvent fact) => fact switch
    {
        RunSubmitted e => Apply(e),
        RunSettled e => Apply(e),
        BatchOpened e when !Batches.ContainsKey(e.Batch.BatchId) => this with
        {
            Batches = Batches.SetItem(e.Batch.BatchId, new AdmittedBatch(e.Batch, e.At, NextOrder)),
            NextOrder = NextOrder + 1,
        },
        BatchSlidesListed e when Batches.TryGetValue(e.BatchId, out AdmittedBatch? batch) && batch.Entries.Count == e.From =>
            this with { Batches = Batches.SetItem(e.BatchId, batch.List(e.Slides)) },
        SlideRefused e => WithEntry(
            new SlideOfBatch(e.BatchId, e.Entry), entry => entry with { Standing = SlideStanding.Quarantined, Failure = e.Failure }, e.At),
        WorkCancelled e => Fold(e.Target, run => Cancel(run), slide => Cancel(slide, e.At)).WithArriving(e.Target, cancelled: true),
        WorkRetried e => Fold(e.Target, run => Retry(run, e.At), slide => Retry(slide, e.At)).WithArriving(e.Target, cancelled: false),
        WorkPrioritized e => Apply(e),
        WorkForgotten e => this with { Runs = Runs.RemoveRange(e.RunIds), Batches = Batches.RemoveRange(e.BatchIds) },
        _ => this,
    };

    /// <summary>Dates everything that ended before events had dates as if it had ended now.</summary>
    /// <param name="now">In ms since 1970-01-01 UTC.</param>
    public CoordinatorState Dated(long now)
    {
        ImmutableDictionary<string, AdmittedRun>.Builder runs = Runs.ToBuilder();
        foreach (AdmittedRun run in Runs.Values.Where(run => run is { IsSettled: true, SettledAt: 0 }))
        {
            runs[run.RunId] = run with { SettledAt = now };
        }

        return this with { Runs = runs.ToImmutable() };
    }

    private CoordinatorState Apply(RunSubmitted fact)
    {
        AdmittedBatch? batch = fact.BatchId is null ? null : Batches.GetValueOrDefault(fact.BatchId);
        AdmittedRun? known = Runs.GetValueOrDefault(fact.Specification.RunId);

        // The same submission once more: another slide shares the run.
        bool shared = known is not null && fact.Submission <= known.Submission;
        AdmittedRun run = shared ? known! : new AdmittedRun(Share(fact.Specification, batch), fact.Submission, fact.Fresh, batch?.Order ?? NextOrder)
        {
            Priority = fact.Priority,
            Submitter = fact.Submitter,
            Direct = known?.Direct ?? false,
            Owners = known?.Owners ?? [],
        };
        if (known is { IsSettled: true } && !known.IsStoredLike(fact.Specification))
        {
            // Those who have their cells elsewhere keep them; this is no longer their run.
            run = run with { Direct = false, Owners = [] };
        }

        run = run with
        {
            Priority = known is { IsSettled: false } ? Math.Max(known.Priority, fact.Priority) : run.Priority,
            Direct = run.Direct || fact.BatchId is null,
        };
        CoordinatorState next = batch is null && !shared ? this with { NextOrder = NextOrder + 1 } : this;
        return batch is not null && fact.Entry < batch.Entries.Count
            ? next.Own(run, new SlideOfBatch(fact.BatchId!, fact.Entry), fact.At)
            : next.WithRun(run, fact.At);
    }

    private CoordinatorState Apply(RunSettled fact) => Runs.TryGetValue(fact.RunId, out AdmittedRun? run)
        ? WithRun(
            run with
            {
                Publication = fact.Publication,
                Failure = fact.Failure,
                Cancelled = fact.Cancelled,
                Cancelling = false,
                SettledAt = fact.At,
            },
            fact.At)
        : this;

    private CoordinatorState Apply(WorkPrioritized fact)
    {
        CoordinatorState next = Fold(fact.Target, run => Prioritize(run, fact.Priority), slide => Prioritize(slide, fact.Priority, fact.At));
        return fact.Target is { BatchId: string id, Entry: null } && next.Batches.TryGetValue(id, out AdmittedBatch? batch)
            ? next with { Batches = next.Batches.SetItem(id, batch with { Priority = fact.Priority }) }
            : next;
    }

    /// <summary>Folds over what a target names; a step sees the state that the steps before it led to.</summary>
    private CoordinatorState Fold(WorkTarget target, Func<AdmittedRun, Step> run, Func<SlideOfBatch, Step> slide)
    {
        CoordinatorState next = this;
        if (target.RunId is not null)
        {
            return Runs.TryGetValue(target.RunId, out AdmittedRun? known) ? run(known)(next) : next;
        }

        foreach (SlideOfBatch one in SlidesOf(target))
        {
            next = slide(one)(next);
        }

        return next;
    }

    private CoordinatorState WithArriving(WorkTarget target, bool cancelled) => StillArriving(target) is AdmittedBatch batch
        ? this with { Batches = Batches.SetItem(batch.Opening.BatchId, batch with { CancelsArriving = cancelled }) }
        : this;

    /// <summary>The batch that a target names as a whole, while some of its slides are not listed yet.</summary>
    private AdmittedBatch? StillArriving(WorkTarget target) =>
        target is { BatchId: string id, Entry: null } && Batches.TryGetValue(id, out AdmittedBatch? batch) && !batch.IsComplete ? batch : null;

    private static Step Cancel(AdmittedRun run) => state => state.IsCancellable(run) ? state.WithRun(run with { Cancelling = true }, 0) : state;

    private static Step Cancel(SlideOfBatch slide, long at) => state =>
    {
        BatchEntry entry = state.EntryAt(slide);
        if (!state.IsCancellable(entry))
        {
            return state;
        }

        if (entry.Standing == SlideStanding.Waiting)
        {
            return state.WithEntry(slide, e => e with { Standing = SlideStanding.Cancelled }, at);
        }

        // A run that others want too goes on without this slide.
        AdmittedRun run = state.Runs[entry.RunId!];
        return run.Direct || run.Owners.Count > 1
            ? state.WithRun(run with { Owners = run.Owners.Remove(slide) }, at).WithEntry(slide, e => e with { Standing = SlideStanding.Cancelled }, at)
            : state.WithRun(run with { Cancelling = true }, at);
    };

    private static Step Retry(AdmittedRun run, long at) => state => run.IsRetryable
        ? state.WithRun(
            run with { Submission = run.Submission + 1, Fresh = false, Publication = null, Failure = null, Cancelled = false, Cancelling = false, SettledAt = 0 },
            at)
        : state;

    private static Step Retry(SlideOfBatch slide, long at) => state =>
    {
        BatchEntry entry = state.EntryAt(slide);
        if (!state.IsRetryable(entry))
        {
            return state;
        }

        if (entry.RunId is null || !state.Runs.TryGetValue(entry.RunId, out AdmittedRun? run) || !run.IsStoredFor(state.Batches[slide.BatchId]))
        {
            return state.WithEntry(slide, e => e with { Standing = SlideStanding.Waiting, Failure = null, RunId = null }, at);
        }

        AdmittedRun owned = run.Owners.Contains(slide) ? run : run with { Owners = run.Owners.Add(slide) };
        return run.IsRetryable ? Retry(owned, at)(state) : state.WithRun(owned, at);
    };

    private static Step Prioritize(AdmittedRun run, int priority) =>
        state => run.IsSettled ? state : state.WithRun(run with { Priority = priority }, 0);

    private static Step Prioritize(SlideOfBatch slide, int priority, long at) => state =>
    {
        BatchEntry entry = state.EntryAt(slide);
        if (entry.Standing is not (SlideStanding.Waiting or SlideStanding.Active))
        {
            return state;
        }

        CoordinatorState next = state.WithEntry(slide, e => e with { Priority = priority }, at);
        return entry.RunId is not null && next.Runs.TryGetValue(entry.RunId, out AdmittedRun? run) ? Prioritize(run, priority)(next) : next;
    };

    private static RunSpecification Share(RunSpecification specification, AdmittedBatch? batch) =>
        batch?.Opening.Template is RunTemplate template && template.ModelCard == specification.ModelCard
            ? specification with { ModelDigest = template.ModelDigest, ModelCard = template.ModelCard, Classes = template.Classes, Classifiers = template.Classifiers }
            : specification;

    private IEnumerable<SlideOfBatch> SlidesOf(WorkTarget target) =>
        target.BatchId is null || !Batches.TryGetValue(target.BatchId, out AdmittedBatch? batch) ? []
        : target.Entry is int entry ? (entry >= 0 && entry < batch.Entries.Count ? [new SlideOfBatch(target.BatchId, entry)] : [])
        : Enumerable.Range(0, batch.Entries.Count).Select(number => new SlideOfBatch(target.BatchId, number));

    private BatchEntry EntryAt(SlideOfBatch slide) => Batches[slide.BatchId].Entries[slide.Entry];

    private CoordinatorState Own(AdmittedRun run, SlideOfBatch slide, long at) =>
        WithEntry(slide, entry => entry with { RunId = run.RunId, Failure = null }, at)
            .WithRun(run.Owners.Contains(slide) ? run : run with { Owners = run.Owners.Add(slide) }, at);

    private CoordinatorState WithEntry(SlideOfBatch slide, Func<BatchEntry, BatchEntry> change, long at) =>
        Batches.TryGetValue(slide.BatchId, out AdmittedBatch? batch) && slide.Entry < batch.Entries.Count
            ? this with { Batches = Batches.SetItem(slide.BatchId, batch.With(slide.Entry, change(batch.Entries[slide.Entry]), at)) }
            : this;

    /// <summary>With another state of a run, and of the slides that are it.</summary>
    private CoordinatorState WithRun(AdmittedRun run, long at)
    {
        CoordinatorState next = this with
        {
            Runs = Runs.SetItem(run.RunId, run),
            Unfinished = run.IsSettled ? Unfinished.Remove(run.RunId) : Unfinished.Add(run.RunId),
            Cancelling = run.Cancelling ? Cancelling.Add(run.RunId) : Cancelling.Remove(run.RunId),
        };
        foreach (SlideOfBatch slide in run.Owners)
        {
            next = next.WithEntry(slide, entry => entry.Standing == run.Standing ? entry : entry with { Standing = run.Standing }, at);
        }

        return next;
    }

    /// <summary>One step from state to state.</summary>
    private delegate CoordinatorState Step(CoordinatorState state);
}
