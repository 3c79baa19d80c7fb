using System.Text.Json;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;
using MessagePack;

namespace CellVitCluster.ClusterTests.Runs;

public class SlideRunStateTests
{
    private static readonly SlideRunOptions Options = new();

    [Fact]
    public void Repeated_commands_lead_to_no_further_events()
    {
        SlideRunState state = SlideRunState.Empty;
        var start = new StartRun(Specimens.Specification(), 1, Fresh: false);
        state = Fold(state, state.Decide(start));
        state.Decide(start).ShouldBeEmpty();

        var survey = new SurveyCompleted(start.RunId, Specimens.Slide(), Specimens.Plan());
        state = Fold(state, state.Decide(survey));
        state.Decide(survey).ShouldBeEmpty();

        state = Fold(state, state.Decide([Specimens.Done(2)], Options));
        state.Decide([Specimens.Done(2, "another digest")], Options).ShouldBeEmpty();
        state.Outcomes.ShouldHaveSingleItem().Digest.ShouldBe("d1", "the first accepted digest of a tile wins");
    }

    /// <summary>Two writers of one journal may have left the same tile twice, or one before the plan.</summary>
    [Fact]
    public void Tile_counts_once_however_often_the_journal_names_it()
    {
        SlideRunState state = Specimens.Running().Apply(new TilesSettled([Specimens.Done(2)]));

        state = state.Apply(new TilesSettled([Specimens.Done(2, "d2"), Specimens.Done(3), Specimens.Done(3), Specimens.Done(99)]));

        state.Outcomes.Select(o => (o.Tile, o.Digest)).ShouldBe([(2, "d1"), (3, "d1")]);
        state.CellsSeen.ShouldBe(20);
        state.PendingBitmap().ShouldBe([0b110011]);
        SlideRunState.Empty.Apply(new RunStarted(Specimens.Specification(), 1)).Apply(new TilesSettled([Specimens.Done(2)])).Outcomes.ShouldBeEmpty();
    }

    [Fact]
    public void Tiles_outside_the_plan_are_never_accepted()
    {
        SlideRunState state = Specimens.Running(Specimens.Plan(3, 2, 0, 4));

        state.Decide([Specimens.Done(1), Specimens.Done(99)], Options).ShouldBeEmpty();
        state.PendingBitmap().ShouldBe([0b010001]);
    }

    [Fact]
    public void Pending_tiles_are_the_planned_ones_without_the_settled_ones()
    {
        SlideRunState state = Specimens.Running();

        state = Fold(state, state.Decide([Specimens.Done(0), Specimens.Failed(3)], Options));

        state.PendingBitmap().ShouldBe([0b110110]);
        state.Phase.ShouldBe(RunPhase.Running);
    }

    [Fact]
    public void Run_merges_when_its_last_tile_is_settled_even_if_one_failed()
    {
        SlideRunState state = Specimens.Running();

        state = Fold(state, state.Decide([.. Enumerable.Range(0, 5).Select(t => Specimens.Done(t)), Specimens.Failed(5)], Options));

        state.Phase.ShouldBe(RunPhase.Merging);
        state.FailedTiles.ShouldBe(1);
    }

    [Fact]
    public void Slide_without_tissue_goes_straight_to_merging()
    {
        SlideRunState state = SlideRunState.Empty.Apply(new RunStarted(Specimens.Specification(), 1));

        state = state.Apply(new RunPlanned(Specimens.Slide(), new PlanMessage(Specimens.Grid(), [0])));

        state.Phase.ShouldBe(RunPhase.Merging);
    }

    [Fact]
    public void One_damaged_place_at_the_corner_of_four_tiles_is_no_reason_to_give_up()
    {
        SlideRunState state = Specimens.Running(Specimens.Plan(3, 3));

        state = Fold(state, state.Decide([.. Enumerable.Range(0, 4).Select(Specimens.Failed), .. Enumerable.Range(4, 5).Select(t => Specimens.Done(t))], Options));

        state.Phase.ShouldBe(RunPhase.Merging);
    }

    [Fact]
    public void Slide_of_which_most_tiles_failed_is_quarantined()
    {
        SlideRunState state = Specimens.Running();

        state = Fold(state, state.Decide([.. Enumerable.Range(0, 4).Select(Specimens.Failed), Specimens.Done(4), Specimens.Done(5)], Options));

        state.Phase.ShouldBe(RunPhase.Quarantined);
    }

    [Fact]
    public void Run_is_quarantined_when_too_many_tiles_fail_and_says_the_first_reason()
    {
        SlideRunState state = Specimens.Running(Specimens.Plan(4, 4));

        state = Fold(state, state.Decide(Enumerable.Range(0, 5).Select(Specimens.Failed), Options));

        state.Phase.ShouldBe(RunPhase.Quarantined);
        state.Failure!.Code.ShouldBe("RUN-001");
        state.Failure.Why.ShouldContain("It was meant to.");
    }

    [Fact]
    public void Slide_whose_only_tile_fails_is_quarantined()
    {
        SlideRunState state = Specimens.Running(Specimens.Plan(1, 1));

        Fold(state, state.Decide([Specimens.Failed(0)], Options)).Phase.ShouldBe(RunPhase.Quarantined);
    }

    [Fact]
    public void Survey_that_fails_for_a_known_reason_quarantines_at_once_an_unknown_one_is_tried_again()
    {
        SlideRunState state = SlideRunState.Empty.Apply(new RunStarted(Specimens.Specification(), 1));

        state.Decide(new SurveyFailed("r", "w", Specimens.Failure()), attempts: 1, Options).ShouldBeEmpty();
        state.Decide(new SurveyFailed("r", "w", Specimens.Failure()), attempts: 3, Options).ShouldHaveSingleItem().ShouldBeOfType<RunQuarantined>();
        state.Decide(new SurveyFailed("r", "w", Specimens.Failure("SLD-003")), attempts: 1, Options).ShouldHaveSingleItem().ShouldBeOfType<RunQuarantined>();
    }

    [Fact]
    public void New_submission_of_a_quarantined_run_keeps_finished_tiles_and_tries_failed_ones_again()
    {
        SlideRunState state = Specimens.Running();
        state = Fold(state, state.Decide([Specimens.Done(2), Specimens.Failed(0), Specimens.Failed(1), Specimens.Failed(3), Specimens.Failed(4), Specimens.Failed(5)], Options));
        state.Phase.ShouldBe(RunPhase.Quarantined);

        state = Fold(state, state.Decide(new StartRun(Specimens.Specification(), 2, Fresh: false)));

        state.Phase.ShouldBe(RunPhase.Running);
        state.Failure.ShouldBeNull();
        state.PendingBitmap().ShouldBe([0b111011]);
    }

    [Fact]
    public void Submission_for_another_folder_plans_nothing_anew_and_computes_every_tile()
    {
        SlideRunState state = Specimens.Running();
        state = Fold(state, state.Decide([Specimens.Done(2)], Options));

        state = Fold(state, state.Decide(new StartRun(Specimens.Specification(folder: "/elsewhere"), 2, Fresh: false)));

        state.Phase.ShouldBe(RunPhase.Running);
        state.Outcomes.ShouldBeEmpty("the results lie in the other folder");
        state.PendingBitmap().ShouldBe([0b111111]);
    }

    [Fact]
    public void Fresh_submission_forgets_everything()
    {
        SlideRunState state = Specimens.Running();
        state = Fold(state, state.Decide([Specimens.Done(2)], Options));

        state = Fold(state, state.Decide(new StartRun(Specimens.Specification(), 2, Fresh: true)));

        state.Phase.ShouldBe(RunPhase.Surveying);
        state.Plan.ShouldBeNull();
        state.Outcomes.ShouldBeEmpty();
    }

    [Fact]
    public void New_submission_of_a_published_run_has_its_store_checked_by_merging_again()
    {
        SlideRunState state = Specimens.Running(Specimens.Plan(1, 1));
        state = Fold(state, state.Decide([Specimens.Done(0)], Options));
        state = Fold(state, state.Decide(new Publication("/s", "m", 10, [], 100, 0, 0, 0)));
        state.Phase.ShouldBe(RunPhase.Published);

        Fold(state, state.Decide(new StartRun(Specimens.Specification(), 2, Fresh: false))).Phase.ShouldBe(RunPhase.Merging);
    }

    [Fact]
    public void Lost_tile_results_become_pending_again_and_do_not_count_as_attempts()
    {
        SlideRunState state = Specimens.Running();
        state = Fold(state, state.Decide(Enumerable.Range(0, 6).Select(t => Specimens.Done(t)), Options));

        state = Fold(state, state.DecideMergeFailure(Specimens.Failure(), [1, 4], attempts: 99, Options));

        state.Phase.ShouldBe(RunPhase.Running);
        state.PendingBitmap().ShouldBe([0b010010]);
    }

    [Fact]
    public void Merge_failure_without_lost_tiles_quarantines_after_its_attempts()
    {
        SlideRunState state = Specimens.Running();

        state.DecideMergeFailure(Specimens.Failure(), [], attempts: 2, Options).ShouldBeEmpty();
        state.DecideMergeFailure(Specimens.Failure(), [], attempts: 3, Options).ShouldHaveSingleItem().ShouldBeOfType<RunQuarantined>();
        state.DecideMergeFailure(Specimens.Failure("STO-005"), [], attempts: 1, Options).ShouldHaveSingleItem().ShouldBeOfType<RunQuarantined>();
        state.DecideMergeFailure(Specimens.Failure("STO-003"), [], attempts: 99, Options).ShouldBeEmpty("a full disk is waited for");
    }

    [Fact]
    public void Cancelled_run_keeps_its_tiles_and_a_retry_goes_on_from_them()
    {
        SlideRunState state = Specimens.Running();
        state = Fold(state, state.Decide([Specimens.Done(2)], Options));
        var cancel = new CancelRun("r", 1);

        state = Fold(state, state.Decide(cancel));
        state.Phase.ShouldBe(RunPhase.Cancelled);
        state.Decide(cancel).ShouldBeEmpty();
        state.Decide([Specimens.Done(3)], Options).ShouldBeEmpty();
        state.IsUnwanted(2).ShouldBeFalse("the retry needs its file");
        state.IsUnwanted(3).ShouldBeTrue();

        state = Fold(state, state.Decide(new StartRun(Specimens.Specification(), 2, Fresh: false)));
        state.Phase.ShouldBe(RunPhase.Running);
        state.PendingBitmap().ShouldBe([0b111011]);
        state.Decide(cancel).ShouldBeEmpty("it was about the submission before");
    }

    [Fact]
    public void Finished_run_cannot_be_cancelled_but_for_a_submission_it_has_not_heard_of()
    {
        SlideRunState state = Specimens.Running(Specimens.Plan(1, 1));
        state = Fold(state, state.Decide([Specimens.Done(0)], Options));
        state = Fold(state, state.Decide(new Publication("/s", "m", 10, [], 100, 0, 0, 0)));

        state.Decide(new CancelRun("r", 1)).ShouldBeEmpty();
        Fold(state, state.Decide(new CancelRun("r", 2))).Phase.ShouldBe(RunPhase.Cancelled);
        state.IsUnwanted(0).ShouldBeTrue("the store holds everything");
    }

    [Fact]
    public void Merger_may_publish_until_another_one_has_followed()
    {
        SlideRunState state = Specimens.Running(Specimens.Plan(1, 1));
        Answer(state, "early").ShouldBe((0, false), "a tile is missing");
        state = Fold(state, state.Decide([Specimens.Done(0)], Options));

        (IReadOnlyList<IRunEvent> events, bool granted) = state.Decide(new RequestPublication("r", "first"));
        granted.ShouldBeTrue();
        state = Fold(state, events);
        Answer(state, "first").ShouldBe((0, true), "the answer was lost");

        state = Fold(state, state.Decide(new RequestPublication("r", "second")).Events);
        Answer(state, "second").ShouldBe((0, true));
        Answer(state, "first").ShouldBe((0, false));

        state = Fold(state, state.Decide(new Publication("/s", "m", 10, [], 100, 0, 0, 0)));
        Answer(state, "third").ShouldBe((0, false));
    }

    /// <summary>Whatever happens in whatever order: a snapshot taken anywhere leads to the same state, and no offer names a settled tile.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void State_from_a_snapshot_goes_on_like_the_state_it_was_taken_of(int seed)
    {
        var random = new Random(seed);
        SlideRunState state = SlideRunState.Empty;
        SlideRunState restored = SlideRunState.Empty;
        for (int step = 0; step < 400; step++)
        {
            IReadOnlyList<IRunEvent> events = RandomEvents(state, random);
            state = Fold(state, events);
            restored = Fold(restored, events);
            if (random.Next(8) == 0)
            {
                byte[] bytes = MessagePackSerializer.Serialize(restored.ToSnapshot());
                restored = SlideRunState.From(MessagePackSerializer.Deserialize<SlideRunSnapshot>(bytes));
            }

            byte[] pending = state.PendingBitmap();
            restored.PendingBitmap().ShouldBe(pending);
            state.Outcomes.ShouldAllBe(o => (pending[o.Tile >> 3] & (1 << (o.Tile & 7))) == 0);
            state.Outcomes.Select(o => o.Tile).ShouldBeUnique();
            state.FailedTiles.ShouldBe(state.Outcomes.Count(o => o.Failure is not null));
            state.CellsSeen.ShouldBe(state.Outcomes.Sum(o => (long)o.Cells));
        }

        JsonSerializer.Serialize(restored.ToSnapshot()).ShouldBe(JsonSerializer.Serialize(state.ToSnapshot()));
        restored.Profiles.ShouldBe(state.Profiles);
        restored.Seconds.ShouldBe(state.Seconds);
    }

    private static IReadOnlyList<IRunEvent> RandomEvents(SlideRunState state, Random random)
    {
        int tile = random.Next(40);
        TileOutcome done = Specimens.Done(tile, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([(byte)tile])));
        return random.Next(30) switch
        {
            0 => state.Decide(new StartRun(Specimens.Specification(), state.Submission + random.Next(2), random.Next(5) == 0)),
            1 => state.Decide(new CancelRun("r", state.Submission)),
            2 => state.DecideMergeFailure(Specimens.Failure(), [tile], 1, Options),
            3 => state.Decide(new RequestPublication("r", $"t{random.Next(5)}")).Events,
            4 when state.AllSettled => state.Decide(new Publication("/s", "m", 10, [], 100, 0, 0, 0)),
            5 => state.Decide([Specimens.Failed(tile)], Options),
            6 => state.Decide(new SurveyCompleted("r", Specimens.Slide(), Specimens.Plan(6, 6, [.. Enumerable.Range(0, 30)]))),
            _ => state.Decide([done with { Profile = $"p{random.Next(3)}" }], Options),
        };
    }

    private static (int Events, bool Granted) Answer(SlideRunState state, string token)
    {
        (IReadOnlyList<IRunEvent> events, bool granted) = state.Decide(new RequestPublication("r", token));
        return (events.Count, granted);
    }

    private static SlideRunState Fold(SlideRunState state, IEnumerable<IRunEvent> events) => events.Aggregate(state, (s, e) => s.Apply(e));
}
