using System.Collections.Immutable;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Runs;

/// <summary>
/// What a run knows: an immutable fold of its events. <c>Decide</c> methods say which events a command leads to and change nothing;
/// every one of them gives no event for a repeated command.
/// </summary>
public sealed record SlideRunState
{
    /// <summary>A run nobody has started.</summary>
    public static SlideRunState Empty { get; } = new();

    /// <summary>What to do; null before the start.</summary>
    public RunSpecification? Specification { get; private init; }

    /// <summary>Number of the submission being worked on.</summary>
    public int Submission { get; private init; }

    /// <summary>Where the run stands.</summary>
    public RunPhase Phase { get; private init; }

    /// <summary>Slide properties; null before the survey.</summary>
    public SlideMessage? Slide { get; private init; }

    /// <summary>Tile plan; null before the survey.</summary>
    public PlanMessage? Plan { get; private init; }

    /// <summary>Number of planned tiles.</summary>
    public int TileCount { get; private init; }

    /// <summary>Settled tiles in the order they were settled: the list the merger reads.</summary>
    public ImmutableList<TileOutcome> Outcomes { get; private init; } = [];

    /// <summary>What was published, or null.</summary>
    public Publication? Publication { get; private init; }

    /// <summary>Why the run was given up, or null.</summary>
    public FailureMessage? Failure { get; private init; }

    /// <summary>Number of tiles given up.</summary>
    public int FailedTiles { get; private init; }

    /// <summary>Whether every planned tile is settled.</summary>
    public bool AllSettled => Plan is not null && Outcomes.Count == TileCount;

    /// <summary>Whether the run has ended, well or not.</summary>
    public bool IsFinished => Phase is RunPhase.Published or RunPhase.Quarantined;

    private ImmutableHashSet<int> Settled { get; init; } = [];

    private ImmutableHashSet<int> Planned { get; init; } = [];

    /// <summary>Whether the tile's result or failure is already journaled, or the plan does not know the tile.</summary>
    public bool IsSettled(int tile) => Settled.Contains(tile) || !Planned.Contains(tile);

    /// <summary>One bit per tile of the grid, lowest bit first: set while the tile is planned and not settled.</summary>
    public byte[] PendingBitmap()
    {
        if (Plan is null)
        {
            return [];
        }

        byte[] pending = (byte[])Plan.Selected.Clone();
        foreach (int tile in Settled)
        {
            pending[tile >> 3] &= (byte)~(1 << (tile & 7));
        }

        return pending;
    }

    /// <summary>Start, repeated start, or new submission.</summary>
    public IReadOnlyList<IRunEvent> Decide(StartRun command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Specification is null)
        {
            return [new RunStarted(command.Specification, command.Submission)];
        }

        return command.Submission > Submission ? [new RunResubmitted(command.Submission, command.Specification, command.Fresh)] : [];
    }

    /// <summary>A finished survey; the first one counts.</summary>
    public IReadOnlyList<IRunEvent> Decide(SurveyCompleted command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Phase == RunPhase.Surveying && Plan is null ? [new RunPlanned(command.Slide, command.Plan)] : [];
    }

    /// <summary>A failed survey.</summary>
    /// <param name="command">The report.</param>
    /// <param name="attempts">Attempts so far, this one included.</param>
    /// <param name="options">Limits.</param>
    public IReadOnlyList<IRunEvent> Decide(SurveyFailed command, int attempts, SlideRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(options);
        bool final = command.Failure.IsExpected || attempts >= options.MaxAttempts;
        return Phase == RunPhase.Surveying && Plan is null && final ? [new RunQuarantined(command.Failure)] : [];
    }

    /// <summary>Outcomes that are not settled yet, and what follows from them.</summary>
    /// <param name="outcomes">Results, and failures that are final.</param>
    /// <param name="options">Limits.</param>
    public IReadOnlyList<IRunEvent> Decide(IEnumerable<TileOutcome> outcomes, SlideRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Phase != RunPhase.Running)
        {
            return [];
        }

        TileOutcome[] fresh = [.. outcomes.Where(o => !IsSettled(o.Tile)).DistinctBy(o => o.Tile)];
        if (fresh.Length == 0)
        {
            return [];
        }

        var events = new List<IRunEvent> { new TilesSettled(fresh) };
        int failed = FailedTiles + fresh.Count(o => o.Failure is not null);
        int succeeded = Outcomes.Count + fresh.Length - failed;
        bool settled = Outcomes.Count + fresh.Length == TileCount;
        bool tooMany = failed > Math.Max(SlideRunOptions.AlwaysAllowedFailures, (int)(TileCount * options.MaxFailedShare));
        if (tooMany || (settled && failed > succeeded))
        {
            FailureMessage reason = fresh.Concat(Outcomes).First(o => o.Failure is not null).Failure!;
            events.Add(new RunQuarantined(new FailureMessage(
                ErrorCode.TooManyFailedTiles.Value,
                $"Slide '{Specification!.Name}' was given up: {failed} of {TileCount} tiles failed.",
                $"The first reason: {reason.What} {reason.Why}",
                "Mend the cause and start the same command again; finished tiles are kept.")));
        }

        return events;
    }

    /// <summary>
    /// A published store. It can be there before all tiles are settled: when the journal was lost, but not the store of this very run.
    /// </summary>
    public IReadOnlyList<IRunEvent> Decide(Publication publication) =>
        Phase is RunPhase.Running or RunPhase.Merging ? [new RunPublished(publication)] : [];

    /// <summary>A failed merge.</summary>
    /// <param name="failure">Reason.</param>
    /// <param name="lostTiles">Tiles to analyze again.</param>
    /// <param name="attempts">Attempts so far, this one included.</param>
    /// <param name="options">Limits.</param>
    public IReadOnlyList<IRunEvent> DecideMergeFailure(
        FailureMessage failure, IReadOnlyList<int> lostTiles, int attempts, SlideRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(failure);
        ArgumentNullException.ThrowIfNull(options);
        if (Phase is not (RunPhase.Running or RunPhase.Merging))
        {
            return [];
        }

        int[] lost = [.. lostTiles.Where(Settled.Contains)];
        if (lost.Length > 0)
        {
            return [new TilesLost(lost)];
        }

        return failure.IsExpected || attempts >= options.MaxMergeAttempts ? [new RunQuarantined(failure)] : [];
    }

    /// <summary>Folds one event.</summary>
    public SlideRunState Apply(IRunEvent fact) => fact switch
    {
        RunStarted e => this with { Specification = e.Specification, Submission = e.Submission, Phase = RunPhase.Surveying },
        RunPlanned e => Apply(e),
        TilesSettled e => Apply(e),
        TilesLost e => Apply(e),
        RunPublished e => this with { Publication = e.Publication, Phase = RunPhase.Published },
        RunQuarantined e => this with { Failure = e.Failure, Phase = RunPhase.Quarantined },
        RunResubmitted e => Apply(e),
        _ => throw new ArgumentException($"Unknown event {fact?.GetType()}.", nameof(fact)),
    };

    private static IEnumerable<int> BitsOf(byte[] bitmap)
    {
        for (int i = 0; i < bitmap.Length * 8; i++)
        {
            if ((bitmap[i >> 3] & (1 << (i & 7))) != 0)
            {
                yield return i;
            }
        }
    }

    private SlideRunState Apply(RunPlanned fact)
    {
        ImmutableHashSet<int> planned = [.. BitsOf(fact.Plan.Selected)];
        SlideRunState next = this with { Slide = fact.Slide, Plan = fact.Plan, Planned = planned, TileCount = planned.Count };
        return next with { Phase = next.PhaseByTiles() };
    }

    private SlideRunState Apply(TilesSettled fact)
    {
        SlideRunState next = this with
        {
            Outcomes = Outcomes.AddRange(fact.Tiles),
            Settled = Settled.Union(fact.Tiles.Select(t => t.Tile)),
            FailedTiles = FailedTiles + fact.Tiles.Count(t => t.Failure is not null),
        };
        return next with { Phase = next.PhaseByTiles() };
    }

    private SlideRunState Apply(TilesLost fact) => this with
    {
        Outcomes = Outcomes.RemoveAll(o => fact.Tiles.Contains(o.Tile)),
        Settled = Settled.Except(fact.Tiles),
        FailedTiles = Outcomes.Count(o => o.Failure is not null && !fact.Tiles.Contains(o.Tile)),
        Phase = RunPhase.Running,
    };

    private SlideRunState Apply(RunResubmitted fact)
    {
        if (fact.Fresh)
        {
            return Empty.Apply(new RunStarted(fact.Specification, fact.Submission));
        }

        // Failed tiles get another chance: whoever submits again has perhaps mended the cause.
        ImmutableList<TileOutcome> kept = Outcomes.RemoveAll(o => o.Failure is not null);
        SlideRunState next = this with
        {
            Submission = fact.Submission,
            Specification = fact.Specification,
            Failure = null,
            Publication = null,
            Outcomes = kept,
            Settled = [.. kept.Select(o => o.Tile)],
            FailedTiles = 0,
        };
        return next with { Phase = Plan is null ? RunPhase.Surveying : next.PhaseByTiles() };
    }

    private RunPhase PhaseByTiles() => AllSettled ? RunPhase.Merging : RunPhase.Running;
}
