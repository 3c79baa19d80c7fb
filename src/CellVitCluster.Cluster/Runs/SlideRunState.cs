using System.Collections.Immutable;
using CellVitCluster.Cluster.Merging;
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
    public TileOutcomes Outcomes { get; private init; } = TileOutcomes.Empty;

    /// <summary>Cells in the results of the settled tiles, before seams are resolved.</summary>
    public long CellsSeen { get; private init; }

    /// <summary>Sums of wall seconds over the settled tiles.</summary>
    public StageSeconds Seconds { get; private init; } = StageSeconds.Zero;

    /// <summary>Numbers of analyzed tiles by numeric profile.</summary>
    public ImmutableSortedDictionary<string, int> Profiles { get; private init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Attempts of mergers that were allowed to publish, the latest last.</summary>
    public ImmutableList<string> Granted { get; private init; } = [];

    /// <summary>What was published, or null.</summary>
    public Publication? Publication { get; private init; }

    /// <summary>Why the run was given up, or null.</summary>
    public FailureMessage? Failure { get; private init; }

    /// <summary>Number of tiles given up.</summary>
    public int FailedTiles { get; private init; }

    /// <summary>Whether every planned tile is settled.</summary>
    public bool AllSettled => Plan is not null && Outcomes.Count == TileCount;

    /// <summary>Whether the run has ended, well or not.</summary>
    public bool IsFinished => Phase is RunPhase.Published or RunPhase.Quarantined or RunPhase.Cancelled;

    /// <summary>The profile of most tiles, or null before the first.</summary>
    public string? MainProfile => Profiles.IsEmpty ? null : Profiles.MaxBy(profile => profile.Value).Key;

    /// <summary>One bit per tile of the grid: set when its result or final failure is journaled. Never changed in place.</summary>
    private byte[] Settled { get; init; } = [];

    /// <summary>Whether the tile's result or failure is already journaled, or the plan does not know the tile.</summary>
    public bool IsSettled(int tile) => IsInTheBooks(tile) || Plan is null || !TileBits.Contains(Plan.Selected, tile);

    /// <summary>Whether the tile's result or failure is journaled.</summary>
    public bool IsInTheBooks(int tile) => TileBits.Contains(Settled, tile);

    /// <summary>One bit per tile of the grid, lowest bit first: set while the tile is planned and not settled.</summary>
    public byte[] PendingBitmap()
    {
        if (Plan is null)
        {
            return [];
        }

        byte[] pending = (byte[])Plan.Selected.Clone();
        for (int i = 0; i < pending.Length; i++)
        {
            pending[i] &= (byte)~Settled[i];
        }

        return pending;
    }

    /// <summary>
    /// Whether the report of a finished tile is of no use any more, so that its file may go: the run is published, or it has ended and the
    /// tile is not in its books. Files of tiles in the books are kept: a retry goes on from them.
    /// </summary>
    public bool IsUnwanted(int tile) => Phase == RunPhase.Published || (IsFinished && !IsInTheBooks(tile));

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

    /// <summary>A cancellation; nothing when the run has ended, or was submitted again since.</summary>
    public IReadOnlyList<IRunEvent> Decide(CancelRun command)
    {
        ArgumentNullException.ThrowIfNull(command);
        bool known = Specification is not null && command.Submission >= Submission;
        return known && (!IsFinished || command.Submission > Submission) ? [new RunCancelled(command.Submission)] : [];
    }

    /// <summary>
    /// A merger wants to publish: allowed to every attempt when it asks for the first time, and denied to those that another one has
    /// followed. Of several attempts whose stores are of the same run, the first that moves into place stays.
    /// </summary>
    /// <returns>The fact to journal before the answer, if any, and the answer.</returns>
    public (IReadOnlyList<IRunEvent> Events, bool Granted) Decide(RequestPublication command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Phase != RunPhase.Merging)
        {
            return ([], false);
        }

        return Granted.Contains(command.Token, StringComparer.Ordinal)
            ? ([], string.Equals(Granted[^1], command.Token, StringComparison.Ordinal))
            : ([new PublicationAllowed(command.Token)], true);
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
        // A full disk is waited for, however long it takes.
        if (Phase is not (RunPhase.Running or RunPhase.Merging) || failure.Code == ErrorCode.DiskFull.Value)
        {
            return [];
        }

        int[] lost = [.. lostTiles.Where(IsInTheBooks)];
        if (lost.Length > 0)
        {
            return [new TilesLost(lost)];
        }

        return failure.IsExpected || attempts >= options.MaxMergeAttempts ? [new RunQuarantined(failure)] : [];
    }

    /// <summary>Folds one event.</summary>
    public SlideRunState Apply(IRunEvent fact) => fact switch
    {
        // Whatever is left of a run that was being forgotten when it was started again is none of this one.
        RunStarted e => Empty with { Specification = e.Specification, Submission = e.Submission, Phase = RunPhase.Surveying },
        RunPlanned e => Planned(e.Slide, e.Plan),
        TilesSettled e => Apply(e),
        TilesLost e => Apply(e),
        RunPublished e => this with { Publication = e.Publication, Phase = RunPhase.Published },
        RunQuarantined e => this with { Failure = e.Failure, Phase = RunPhase.Quarantined },
        RunResubmitted e => Apply(e),
        PublicationAllowed e => this with { Granted = Granted.Add(e.Token) },
        RunCancelled e => this with { Submission = Math.Max(Submission, e.Submission), Phase = RunPhase.Cancelled, Publication = null, Failure = null },
        _ => throw new ArgumentException($"Unknown event {fact?.GetType()}.", nameof(fact)),
    };

    /// <summary>The stored form.</summary>
    public SlideRunSnapshot ToSnapshot() =>
        new(Specification, Submission, (int)Phase, Slide, Plan, StoredOutcomes.From(Outcomes), Publication, Failure, Granted);

    /// <summary>From the stored form.</summary>
    public static SlideRunState From(SlideRunSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        SlideRunState state = Empty with { Specification = snapshot.Specification, Submission = snapshot.Submission, Granted = [.. snapshot.Granted] };
        if (snapshot.Plan is not null)
        {
            state = state.Planned(snapshot.Slide!, snapshot.Plan).Count(snapshot.Tiles.ToOutcomes());
        }

        return state with { Phase = (RunPhase)snapshot.Phase, Publication = snapshot.Publication, Failure = snapshot.Failure };
    }

    private SlideRunState Planned(SlideMessage slide, PlanMessage plan)
    {
        SlideRunState next = this with { Slide = slide, Plan = plan, Settled = new byte[plan.Selected.Length], TileCount = TileBits.Count(plan.Selected) };
        return next with { Phase = next.PhaseByTiles() };
    }

    private SlideRunState Apply(TilesSettled fact)
    {
        // Whatever two writers may once have left in a journal: a tile counts once, and only in a plan that knows it.
        TileOutcome[] tiles = [.. fact.Tiles.Where(o => !IsSettled(o.Tile)).DistinctBy(o => o.Tile)];
        SlideRunState next = this with { Outcomes = Outcomes.Add(tiles), Settled = (byte[])Settled.Clone() };
        next = next.Counted(tiles);
        return Phase == RunPhase.Running ? next with { Phase = next.PhaseByTiles() } : next;
    }

    private SlideRunState Apply(TilesLost fact)
    {
        HashSet<int> lost = [.. fact.Tiles];
        return Keep(o => !lost.Contains(o.Tile)) with { Phase = RunPhase.Running };
    }

    private SlideRunState Apply(RunResubmitted fact)
    {
        if (fact.Fresh)
        {
            return Empty.Apply(new RunStarted(fact.Specification, fact.Submission)) with { Granted = Granted };
        }

        // Failed tiles get another chance: whoever submits again has perhaps mended the cause. Results of another folder stay with that one.
        bool stays = string.Equals(fact.Specification.WorkDirectory, Specification?.WorkDirectory, StringComparison.Ordinal);
        SlideRunState next = Keep(o => stays && o.Failure is null) with
        {
            Submission = fact.Submission,
            Specification = fact.Specification,
            Failure = null,
            Publication = null,
        };
        return next with { Phase = Plan is null ? RunPhase.Surveying : next.PhaseByTiles() };
    }

    private SlideRunState Keep(Func<TileOutcome, bool> keep) => Count(Outcomes.Where(keep));

    /// <summary>With these outcomes and no others.</summary>
    private SlideRunState Count(TileOutcomes outcomes) => (this with
    {
        Outcomes = outcomes,
        Settled = new byte[Settled.Length],
        FailedTiles = 0,
        CellsSeen = 0,
        Seconds = StageSeconds.Zero,
        Profiles = Profiles.Clear(),
    }).Counted(outcomes);

    /// <summary>With the figures of these tiles added; marks them in <see cref="Settled"/>, which must be a copy of its own.</summary>
    private SlideRunState Counted(IReadOnlyList<TileOutcome> tiles)
    {
        int failed = FailedTiles;
        long cells = CellsSeen;
        StageSeconds seconds = Seconds;
        var profiles = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (TileOutcome tile in tiles)
        {
            TileBits.Set(Settled, tile.Tile);
            cells += tile.Cells;
            seconds += tile.Seconds;
            if (tile.Failure is not null)
            {
                failed++;
            }
            else
            {
                profiles[tile.Profile] = profiles.GetValueOrDefault(tile.Profile) + 1;
            }
        }

        return this with
        {
            FailedTiles = failed,
            CellsSeen = cells,
            Seconds = seconds,
            Profiles = Profiles.SetItems(profiles.Select(p => KeyValuePair.Create(p.Key, p.Value + Profiles.GetValueOrDefault(p.Key)))),
        };
    }

    private RunPhase PhaseByTiles() => AllSettled ? RunPhase.Merging : RunPhase.Running;
}
