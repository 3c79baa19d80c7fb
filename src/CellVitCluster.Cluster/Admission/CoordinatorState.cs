using System.Collections.Immutable;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <summary>What the coordinator knows of all runs: an immutable fold of its events.</summary>
public sealed record CoordinatorState
{
    /// <summary>Nothing submitted.</summary>
    public static CoordinatorState Empty { get; } = new();

    /// <summary>All runs by id.</summary>
    public ImmutableDictionary<string, AdmittedRun> Runs { get; private init; } = ImmutableDictionary.Create<string, AdmittedRun>(StringComparer.Ordinal);

    /// <summary>Unfinished runs in the order of their submission.</summary>
    public IEnumerable<AdmittedRun> Unfinished => Runs.Values.Where(run => !run.IsSettled).OrderBy(run => run.Order);

    private long NextOrder { get; init; }

    /// <summary>A submission: an event unless the run is already being worked on.</summary>
    public IReadOnlyList<IAdmissionEvent> Decide(SubmitRun command)
    {
        ArgumentNullException.ThrowIfNull(command);
        AdmittedRun? known = Runs.GetValueOrDefault(command.RunId);
        return known is { IsSettled: false } && !command.Fresh
            ? []
            : [new RunSubmitted(command.Specification, (known?.Submission ?? 0) + 1, command.Fresh)];
    }

    /// <summary>The end of a run: an event unless it is known or belongs to an earlier submission.</summary>
    public IReadOnlyList<IAdmissionEvent> Decide(RunFinished report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Runs.TryGetValue(report.RunId, out AdmittedRun? run) && !run.IsSettled && run.Submission == report.Submission
            ? [new RunSettled(report.RunId, report.Submission, report.Publication, report.Failure)]
            : [];
    }

    /// <summary>Folds one event.</summary>
    public CoordinatorState Apply(IAdmissionEvent fact)
    {
        switch (fact)
        {
            case RunSubmitted e:
                return this with
                {
                    Runs = Runs.SetItem(e.Specification.RunId, new AdmittedRun(e.Specification, e.Submission, e.Fresh, NextOrder, null, null)),
                    NextOrder = NextOrder + 1,
                };
            case RunSettled e when Runs.TryGetValue(e.RunId, out AdmittedRun? run):
                return this with { Runs = Runs.SetItem(e.RunId, run with { Publication = e.Publication, Failure = e.Failure }) };
            default:
                return this;
        }
    }
}

/// <summary>A run as the coordinator knows it.</summary>
/// <param name="Specification">What to do.</param>
/// <param name="Submission">How often it was submitted.</param>
/// <param name="Fresh">Whether the last submission forgets what was computed before.</param>
/// <param name="Order">Place in the order of submissions.</param>
/// <param name="Publication">What was published, or null.</param>
/// <param name="Failure">Why it was given up, or null.</param>
public sealed record AdmittedRun(
    RunSpecification Specification, int Submission, bool Fresh, long Order, Publication? Publication, FailureMessage? Failure)
{
    /// <summary>Whether the run has ended.</summary>
    public bool IsSettled => Publication is not null || Failure is not null;
}
