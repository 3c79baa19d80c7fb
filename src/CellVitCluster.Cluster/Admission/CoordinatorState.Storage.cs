using System.Collections.Immutable;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <content>To and from the stored form.</content>
public sealed partial record CoordinatorState
{
    /// <summary>The stored form.</summary>
    public CoordinatorSnapshot ToSnapshot()
    {
        var shared = new List<SharedSpecification>();
        var numbers = new Dictionary<(string Digest, string Card, string Classes), int>();
        return new CoordinatorSnapshot(
            NextOrder,
            shared,
            [.. Runs.Values.Select(run => Store(run, Number(run.Specification)))],
            [.. Batches.Values.Select(Store)]);

        int Number(RunSpecification run)
        {
            var parts = new SharedSpecification(run.ModelDigest, run.ModelCard, run.Classes, run.Classifiers);
            string classes = string.Join('\n', run.Classes) + string.Join('\n', (run.Classifiers ?? []).SelectMany(c => c.Classes.Select(k => k.ToString()).Prepend(c.Path + c.Sha256 + c.TaxonomyName)));
            if (!numbers.TryGetValue((run.ModelDigest, run.ModelCard, classes), out int number))
            {
                numbers[(run.ModelDigest, run.ModelCard, classes)] = number = shared.Count;
                shared.Add(parts);
            }

            return number;
        }
    }

    /// <summary>From the stored form.</summary>
    public static CoordinatorState From(CoordinatorSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ImmutableDictionary<string, AdmittedRun> runs = snapshot.Runs
            .Select(stored => Load(stored, snapshot.Shared[stored.Shared]))
            .ToImmutableDictionary(run => run.RunId, StringComparer.Ordinal);
        return new CoordinatorState
        {
            NextOrder = snapshot.NextOrder,
            Runs = runs,
            Batches = snapshot.Batches.Select(Load).ToImmutableDictionary(batch => batch.Opening.BatchId, StringComparer.Ordinal),
            Unfinished = runs.Values.Where(run => !run.IsSettled).Select(run => run.RunId).ToImmutableHashSet(StringComparer.Ordinal),
            Cancelling = runs.Values.Where(run => run.Cancelling).Select(run => run.RunId).ToImmutableHashSet(StringComparer.Ordinal),
        };
    }

    private static StoredRun Store(AdmittedRun run, int shared) => new(
        run.Specification with { ModelDigest = string.Empty, ModelCard = string.Empty, Classes = [], Classifiers = null },
        shared,
        run.Submission,
        run.Fresh,
        run.Order,
        run.Priority,
        run.Submitter,
        run.Direct,
        [.. run.Owners.Select(owner => new StoredOwner(owner.BatchId, owner.Entry))],
        run.Publication,
        run.Failure,
        run.Cancelled,
        run.Cancelling,
        run.SettledAt);

    private static AdmittedRun Load(StoredRun run, SharedSpecification shared) => new(
        run.Specification with
        {
            ModelDigest = shared.ModelDigest,
            ModelCard = shared.ModelCard,
            Classes = shared.Classes,
            Classifiers = shared.Classifiers,
        },
        run.Submission,
        run.Fresh,
        run.Order)
    {
        Priority = run.Priority,
        Submitter = run.Submitter,
        Direct = run.Direct,
        Owners = [.. run.Owners.Select(owner => new SlideOfBatch(owner.BatchId, owner.Entry))],
        Publication = run.Publication,
        Failure = run.Failure,
        Cancelled = run.Cancelled,
        Cancelling = run.Cancelling,
        SettledAt = run.SettledAt,
    };

    private static StoredBatch Store(AdmittedBatch batch) => new(
        batch.Opening,
        batch.OpenedAt,
        batch.Order,
        batch.Priority,
        batch.ChangedAt,
        [.. batch.Entries.Select(entry => new StoredEntry(entry.Slide, entry.Priority, (int)entry.Standing, entry.RunId, entry.Failure))])
    {
        CancelsArriving = batch.CancelsArriving,
    };

    private static AdmittedBatch Load(StoredBatch batch) => new AdmittedBatch(batch.Opening, batch.OpenedAt, batch.Order)
    {
        Priority = batch.Priority,
        ChangedAt = batch.ChangedAt,
        CancelsArriving = batch.CancelsArriving,
    }.List([.. batch.Entries.Select(entry => new BatchEntry(entry.Slide)
    {
        Priority = entry.Priority,
        Standing = (SlideStanding)entry.Standing,
        RunId = entry.RunId,
        Failure = entry.Failure,
    })]);
}
