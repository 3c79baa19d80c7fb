using System.Text.Json;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using MessagePack;

namespace CellVitCluster.ClusterTests.Admission;

public class CoordinatorStateTests
{
    private const long Now = 1_790_000_000_000;

    [Fact]
    public void Repeated_pages_change_nothing_and_gaps_are_refused()
    {
        CoordinatorState state = Opened(slides: 3);
        state.Decide(Batch(slides: 3), Now).Events.ShouldBeEmpty("it is known");

        state = Fold(state, state.Decide(Page(0, "a", "b")));
        state.Decide(Page(0, "a", "b")).Events.ShouldBeEmpty();
        state.Decide(Page(0, "a", "b")).Reply.ShouldBe(new BatchAccepted("b", 2, 3, Existed: true));
        Rejection(state.Decide(Page(3, "d"))).ShouldBe("RUN-005");

        state = Fold(state, state.Decide(Page(1, "b", "c")));
        state.Batches["b"].Entries.Select(e => e.Slide.Path).ShouldBe(["/a.svs", "/b.svs", "/c.svs"], "what was known of a page is left out");
        state.Batches["b"].IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void Same_id_with_other_content_is_refused() =>
        Rejection(Opened(1).Decide(Batch(slides: 1) with { ContentDigest = new string('f', 64) }, Now)).ShouldBe("RUN-005");

    [Fact]
    public void Batch_counts_only_when_all_its_slides_are_listed()
    {
        CoordinatorState state = Opened(slides: 2);
        state = Fold(state, state.Decide(Page(0, "a")));
        Waiting(state).ShouldBeEmpty();

        state = Fold(state, state.Decide(Page(1, "b")));
        Waiting(state).ShouldHaveSingleItem().Slide.ShouldBe(new SlideOfBatch("b", 0));
    }

    [Fact]
    public void Slides_that_arrive_after_their_batch_was_cancelled_are_cancelled_until_it_is_tried_again()
    {
        CoordinatorState state = Opened(slides: 4);
        state = Fold(state, state.Decide(Page(0, "a")));
        var cancel = new CancelWork(new WorkTarget(null, "b", null));

        state.Decide(cancel, Now).Reply.ShouldBe(new WorkChanged(4));
        state = Fold(state, state.Decide(cancel, Now));
        state.Decide(cancel, Now).Reply.ShouldBe(new WorkChanged(0), "it is cancelled");
        state = CoordinatorState.From(state.ToSnapshot());
        state = Fold(state, state.Decide(Page(1, "b")));
        state.Batches["b"].Tally.ShouldBe(new BatchTally(0, 0, 0, 0, 2));

        state = Fold(state, state.Decide(new RetryWork(new WorkTarget(null, "b", null)), Now));
        state = Fold(state, state.Decide(Page(2, "c", "d")));
        state.Batches["b"].Tally.ShouldBe(new BatchTally(4, 0, 0, 0, 0));
    }

    [Fact]
    public void Slide_of_two_batches_is_one_run()
    {
        CoordinatorState state = Listed("b", "a");
        state = Composed(state, "b", 0, "r1");
        state = Listed("c", state, "a");
        state = Composed(state, "c", 0, "r1");

        state.Runs.ShouldHaveSingleItem().Value.Submission.ShouldBe(1);
        state = Settle(state, "r1", published: true);

        state.Batches["b"].Tally.ShouldBe(new BatchTally(0, 0, 1, 0, 0));
        state.Batches["c"].Tally.ShouldBe(new BatchTally(0, 0, 1, 0, 0));
    }

    [Fact]
    public void Slide_whose_analysis_is_under_way_for_another_folder_is_refused_and_begun_there_when_that_has_ended()
    {
        CoordinatorState state = Composed(Listed("b", "a"), "b", 0, "r1");
        state = Fold(state, state.Decide(Batch("c", 1, outputDirectory: "/elsewhere/out"), Now));
        state = Fold(state, state.Decide(new AddSlides("c", 0, [Slide("a")])));

        state = Composed(state, "c", 0, "r1", "/elsewhere");
        state.Batches["c"].Entries[0].Failure!.Code.ShouldBe("RUN-006");
        state.Runs["r1"].Specification.StoreDirectory.ShouldBe("/nowhere/out/slide");

        state = Settle(state, "r1", published: true);
        state = Fold(state, state.Decide(new RetryWork(new WorkTarget(null, "c", 0)), Now));
        state = Composed(state, "c", 0, "r1", "/elsewhere");
        state.Runs["r1"].ShouldSatisfyAllConditions(
            run => run.Submission.ShouldBe(2),
            run => run.Specification.StoreDirectory.ShouldBe("/elsewhere/out/slide"),
            run => run.Owners.ShouldBe([new SlideOfBatch("c", 0)]));
        state.Batches["b"].Tally.ShouldBe(new BatchTally(0, 0, 1, 0, 0), "its store stays where it is");
    }

    [Fact]
    public void Run_that_another_batch_wants_too_survives_the_cancellation_of_one()
    {
        CoordinatorState state = Composed(Listed("b", "a"), "b", 0, "r1");
        state = Composed(Listed("c", state, "a"), "c", 0, "r1");

        state = Fold(state, state.Decide(new CancelWork(new WorkTarget(null, "b", null)), Now));
        state.Cancelling.ShouldBeEmpty();
        state.Batches["b"].Tally.Cancelled.ShouldBe(1);

        state = Fold(state, state.Decide(new CancelWork(new WorkTarget(null, "c", null)), Now));
        state.Cancelling.ShouldBe(["r1"]);
        state.Decide(new CancelWork(new WorkTarget(null, "c", null)), Now).Reply.ShouldBe(new WorkChanged(0));
    }

    [Fact]
    public void Cancelled_batch_ends_and_its_retry_goes_on_with_everything_that_was_not_published()
    {
        CoordinatorState state = Listed("b", "a", "b", "c", "d");
        state = Composed(state, "b", 0, "r0");
        state = Settle(state, "r0", published: true);
        state = Composed(state, "b", 1, "r1");
        state = Fold(state, state.Decide(new SlideOfBatch("b", 2), new ComposedSlide(null, Specimens.Failure()), Now));

        AdmissionDecision cancel = state.Decide(new CancelWork(new WorkTarget(null, "b", null)), Now);
        cancel.Reply.ShouldBe(new WorkChanged(2));
        state = Fold(state, cancel);
        state = Fold(state, state.Decide(new RunFinished("r1", 1, null, null) { Cancelled = true }, Now));
        state.Batches["b"].Tally.ShouldBe(new BatchTally(0, 0, 1, 1, 2));
        state.Batches["b"].IsOver.ShouldBeTrue();

        AdmissionDecision retry = state.Decide(new RetryWork(new WorkTarget(null, "b", null)), Now);
        retry.Reply.ShouldBe(new WorkChanged(3));
        state = Fold(state, retry);
        state.Batches["b"].Tally.ShouldBe(new BatchTally(2, 1, 1, 0, 0));
        state.Runs["r1"].Submission.ShouldBe(2);
        state.Decide(new RunFinished("r1", 1, null, null) { Cancelled = true }, Now).ShouldBeEmpty("that was the end of the submission before");
    }

    [Fact]
    public void Priority_of_a_batch_is_that_of_its_waiting_slides_and_runs()
    {
        CoordinatorState state = Composed(Listed("b", "a", "b"), "b", 0, "r0");

        state = Fold(state, state.Decide(new PrioritizeWork(new WorkTarget(null, "b", null), 2), Now));

        state.Runs["r0"].Priority.ShouldBe(2);
        Waiting(state).Select(w => w.Priority).ShouldAllBe(priority => priority == 2);
        state.Decide(new PrioritizeWork(new WorkTarget(null, "b", null), 2), Now).Reply.ShouldBe(new WorkChanged(0));
    }

    [Theory]
    [InlineData("x", null, null)]
    [InlineData(null, "x", null)]
    [InlineData(null, "b", 7)]
    [InlineData(null, null, null)]
    public void What_nobody_knows_cannot_be_changed(string? runId, string? batchId, int? entry) =>
        Rejection(Listed("b", "a").Decide(new CancelWork(new WorkTarget(runId, batchId, entry)), Now)).ShouldBe("RUN-004");

    [Fact]
    public void Run_is_forgotten_only_with_its_batches_and_these_only_when_they_are_over()
    {
        CoordinatorState state = Composed(Listed("b", "a", "b"), "b", 0, "r0");
        state = Settle(state, "r0", published: true);
        state.ForgettableRuns(Now + 1).ShouldBeEmpty("slide 1 still waits");

        state = Settle(Composed(state, "b", 1, "r1"), "r1", published: false);
        state.ForgettableRuns(Now).ShouldBeEmpty("they ended just now");
        state.ForgettableRuns(Now + 1).Select(r => r.RunId).Order(StringComparer.Ordinal).ShouldBe(["r0", "r1"]);
        state.ForgettableBatches(Now + 1).ShouldBeEmpty("its runs are still known");

        state = state.Apply(new WorkForgotten(["r0", "r1"], []));
        state = state.Apply(new WorkForgotten([], [.. state.ForgettableBatches(Now + 1)]));
        state.Runs.ShouldBeEmpty();
        state.Batches.ShouldBeEmpty();
    }

    [Fact]
    public void Runs_journaled_without_a_date_count_as_just_ended()
    {
        CoordinatorState state = CoordinatorState.Empty.Apply(new RunSubmitted(Specimens.Specification("r"), 1, Fresh: false));
        state = state.Apply(new RunSettled("r", 1, null, Specimens.Failure())).Dated(Now);

        state.ForgettableRuns(Now).ShouldBeEmpty();
        state.ForgettableRuns(Now + 1).ShouldHaveSingleItem();
    }

    /// <summary>Whatever happens in whatever order: a snapshot taken anywhere leads to the same state as all events.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void State_from_a_snapshot_goes_on_like_the_state_it_was_taken_of(int seed)
    {
        var random = new Random(seed);
        CoordinatorState state = CoordinatorState.Empty;
        CoordinatorState restored = CoordinatorState.Empty;
        for (int step = 0; step < 300; step++)
        {
            IReadOnlyList<IAdmissionEvent> events = RandomEvents(state, random, Now + step);
            state = events.Aggregate(state, (s, e) => s.Apply(e));
            restored = events.Aggregate(restored, (s, e) => s.Apply(e));
            if (random.Next(10) == 0)
            {
                byte[] bytes = MessagePackSerializer.Serialize(restored.ToSnapshot());
                restored = CoordinatorState.From(MessagePackSerializer.Deserialize<CoordinatorSnapshot>(bytes));
            }

            foreach (AdmittedBatch batch in state.Batches.Values)
            {
                BatchTally tally = batch.Tally;
                tally.ShouldBe(batch.Entries.Aggregate(default(BatchTally), (t, e) => Count(t, e.Standing)));
                batch.Waiting.Select(w => w.Entry).Order().ShouldBe(
                    Enumerable.Range(0, batch.Entries.Count).Where(i => batch.Entries[i].Standing == SlideStanding.Waiting));
            }
        }

        Text(restored).ShouldBe(Text(state));
        state.Runs.Count.ShouldBeGreaterThan(5);
    }

    private static IReadOnlyList<IAdmissionEvent> RandomEvents(CoordinatorState state, Random random, long now)
    {
        string batch = $"b{random.Next(4)}";
        string run = $"r{random.Next(12)}";
        WorkTarget target = random.Next(3) switch
        {
            0 => new WorkTarget(run, null, null),
            1 => new WorkTarget(null, batch, null),
            _ => new WorkTarget(null, batch, random.Next(6)),
        };
        var slide = new SlideOfBatch(batch, random.Next(6));
        return random.Next(10) switch
        {
            0 => state.Decide(Batch(batch, 6), now).Events,
            1 => state.Decide(new AddSlides(batch, state.Batches.GetValueOrDefault(batch)?.Entries.Count ?? 0, [Slide($"s{random.Next(6)}")])).Events,
            2 or 3 when state.Batches.TryGetValue(batch, out AdmittedBatch? known) && known.Entries.Count > slide.Entry =>
                state.Decide(slide, random.Next(5) == 0 ? new ComposedSlide(null, Specimens.Failure()) : new ComposedSlide(Specimens.Specification(run), null), now),
            4 => state.Decide(new CancelWork(target), now).Events,
            5 => state.Decide(new RetryWork(target), now).Events,
            6 => state.Decide(new PrioritizeWork(target, random.Next(3)), now).Events,
            7 => state.Decide(new SubmitRun(Specimens.Specification(run), random.Next(4) == 0), now),
            _ when state.Runs.TryGetValue(run, out AdmittedRun? known) =>
                state.Decide(new RunFinished(run, known.Submission, null, known.Cancelling ? null : Specimens.Failure()) { Cancelled = known.Cancelling }, now),
            _ => [],
        };
    }

    private static BatchTally Count(BatchTally tally, SlideStanding standing) => standing switch
    {
        SlideStanding.Waiting => tally with { Waiting = tally.Waiting + 1 },
        SlideStanding.Active => tally with { Active = tally.Active + 1 },
        SlideStanding.Published => tally with { Published = tally.Published + 1 },
        SlideStanding.Quarantined => tally with { Quarantined = tally.Quarantined + 1 },
        _ => tally with { Cancelled = tally.Cancelled + 1 },
    };

    private static string Text(CoordinatorState state)
    {
        CoordinatorSnapshot snapshot = state.ToSnapshot();
        return JsonSerializer.Serialize(snapshot with
        {
            Runs = [.. snapshot.Runs.OrderBy(r => r.Specification.RunId, StringComparer.Ordinal)],
            Batches = [.. snapshot.Batches.OrderBy(b => b.Opening.BatchId, StringComparer.Ordinal)],
        });
    }

    private static IEnumerable<WaitingWork> Waiting(CoordinatorState state) => AdmissionQueue.Waiting(state, _ => true, _ => false);

    private static OpenBatch Batch(string batchId = "b", int slides = 3, string outputDirectory = "/nowhere/out") =>
        Specimens.Batch(batchId, slides, outputDirectory: outputDirectory);

    private static BatchSlide Slide(string name) => new($"/{name}.svs", name, null, null);

    private static AddSlides Page(int from, params string[] names) => new("b", from, [.. names.Select(Slide)]);

    private static CoordinatorState Opened(int slides) => Fold(CoordinatorState.Empty, CoordinatorState.Empty.Decide(Batch(slides: slides), Now));

    private static CoordinatorState Listed(string batchId, params string[] names) => Listed(batchId, CoordinatorState.Empty, names);

    private static CoordinatorState Listed(string batchId, CoordinatorState state, params string[] names)
    {
        state = Fold(state, state.Decide(Batch(batchId, names.Length), Now));
        return Fold(state, state.Decide(new AddSlides(batchId, 0, [.. names.Select(Slide)])));
    }

    private static CoordinatorState Composed(CoordinatorState state, string batchId, int entry, string runId, string folder = "/nowhere") => state
        .Decide(new SlideOfBatch(batchId, entry), new ComposedSlide(Specimens.Specification(runId, folder), null), Now)
        .Aggregate(state, (s, e) => s.Apply(e));

    private static CoordinatorState Settle(CoordinatorState state, string runId, bool published) => state
        .Decide(
            new RunFinished(runId, state.Runs[runId].Submission, published ? new Publication("/s", "m", 10, [], 100, 0, 0, 0) : null, published ? null : Specimens.Failure()),
            Now)
        .Aggregate(state, (s, e) => s.Apply(e));

    private static CoordinatorState Fold(CoordinatorState state, AdmissionDecision decision)
    {
        decision.Reply.ShouldNotBeOfType<WorkRejected>();
        return decision.Events.Aggregate(state, (s, e) => s.Apply(e));
    }

    private static CoordinatorState Fold(CoordinatorState state, IEnumerable<IAdmissionEvent> events) => events.Aggregate(state, (s, e) => s.Apply(e));

    private static string Rejection(AdmissionDecision decision)
    {
        decision.Events.ShouldBeEmpty();
        return decision.Reply.ShouldBeOfType<WorkRejected>().Failure.Code;
    }
}
