using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

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
        state.DecideMergeFailure(Specimens.Failure("STO-003"), [], attempts: 1, Options).ShouldHaveSingleItem().ShouldBeOfType<RunQuarantined>();
    }

    private static SlideRunState Fold(SlideRunState state, IEnumerable<IRunEvent> events) => events.Aggregate(state, (s, e) => s.Apply(e));
}
