using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.ClusterTests.Serialization;

/// <summary>What goes over the wire and into the journal, one of each; their bytes stand in <c>tests/goldens/wire</c>.</summary>
internal static class WireSamples
{
    private static readonly Publication Published = new("/out/slide", new string('b', 64), 12, [new ClassCount(1, "Nucleus", 12)], 3456, 1, 0.5, 0.25);

    /// <summary>One of every message, as its first version was.</summary>
    public static Dictionary<string, object> Messages { get; } = new(StringComparer.Ordinal)
    {
        ["a1"] = new SubmitRun(Specimens.Specification(), Fresh: true),
        ["a2"] = new RunAdmitted("r"),
        ["a3"] = new GetRunStatuses(["r", "s"]),
        ["a4"] = new RunStatuses([new RunStatus("r", RunPhase.Running, Progress(), Published, Specimens.Failure())]),
        ["a5"] = new RunSubmitted(Specimens.Specification(), 2, Fresh: false),
        ["a6"] = new RunSettled("r", 2, Published, null),
        ["a7"] = Batch(),
        ["a8"] = new AddSlides("b", 4, [new BatchSlide("/slides/a.svs", "a", 0.25, 40), new BatchSlide("/slides/b.svs", null, null, null)]),
        ["a9"] = new BatchAccepted("b", 2, 6, Existed: true),
        ["aa"] = new WorkRejected(Specimens.Failure()),
        ["ab"] = new CancelWork(new WorkTarget("r", null, null)),
        ["ac"] = new RetryWork(new WorkTarget(null, "b", null)),
        ["ad"] = new PrioritizeWork(new WorkTarget(null, "b", 3), 2),
        ["ae"] = new WorkChanged(3),
        ["af"] = new GetBatches(10, 20),
        ["ag"] = new GetBatch("b"),
        ["ah"] = new Batches([new BatchStatus("b", "lab", "cohort", 1, 1_790_000_000_000, 6, 1, 2, 1, 1, 1, "/out") { Complete = true }], 12),
        ["ai"] = new GetBatchSlides("b", 2, 10, 5),
        ["aj"] = new BatchSlides([new BatchSlideStatus(1, "/slides/a.svs", RunPhase.Running, Status(), Specimens.Failure())], 2),
        ["b1"] = new BatchOpened(Batch(), 1_790_000_000_000),
        ["b2"] = new BatchSlidesListed("b", 4, [new BatchSlide("/slides/a.svs", "a", 0.25, 40)]),
        ["b3"] = new SlideRefused("b", 4, Specimens.Failure(), 1_790_000_000_000),
        ["b4"] = new WorkCancelled(new WorkTarget("r", null, null), 1_790_000_000_000),
        ["b5"] = new WorkRetried(new WorkTarget(null, "b", null), 1_790_000_000_000),
        ["b6"] = new WorkPrioritized(new WorkTarget(null, "b", 3), 2, 1_790_000_000_000),
        ["b7"] = new WorkForgotten(["r"], ["b"]),
        ["d1"] = new OfferWork(Specimens.Specification(), Specimens.Grid(), [1, 2, 3]),
        ["d2"] = new WithdrawOffer("r"),
        ["d3"] = new RequestWork("w", 4, [new HeldWork("r", [1, 2])]),
        ["d4"] = new WorkGrant(Specimens.Specification(), Specimens.Grid(), [5, 6]),
        ["d5"] = new RevokeWork("r"),
        ["d6"] = new WorkerLost("r", "w", [1, 2]),
        ["d7"] = new OfferUnservable("r", Specimens.Failure()),
        ["d8"] = new GetWorkers(),
        ["d9"] = new CellVitCluster.Cluster.Dispatch.Workers([new WorkerStatus("w", "akka://cellvit", "cpu/test", new string('a', 64), 0.5, 3, ["r"], Draining: true)]),
        ["e1"] = new RunStarted(Specimens.Specification(), 1),
        ["e2"] = new RunPlanned(Specimens.Slide(), Specimens.Plan()),
        ["e3"] = new TilesSettled([Specimens.Done(1), Specimens.Failed(2)]),
        ["e4"] = new TilesLost([1, 2]),
        ["e5"] = new RunPublished(Published),
        ["e6"] = new RunQuarantined(Specimens.Failure()),
        ["e7"] = new RunResubmitted(3, Specimens.Specification(), Fresh: true),
        ["e8"] = new PublicationAllowed("t"),
        ["e9"] = new RunCancelled(2),
        ["m1"] = new MergeRun(Specimens.Specification(), Specimens.Slide(), Specimens.Plan()),
        ["m2"] = new GetSettledTiles("r", 7),
        ["m3"] = new SettledTiles("r", 7, [Specimens.Done(1)], Complete: true),
        ["m4"] = new MergeFinished("r", Published),
        ["m5"] = new MergeFailed("r", Specimens.Failure(), [3]),
        ["m6"] = new MergeAcknowledged("r"),
        ["m7"] = new RequestPublication("r", "t"),
        ["m8"] = new PublicationAnswered("r", "t", Granted: true),
        ["m9"] = new AbandonMerge("r"),
        ["n1"] = new IntroduceNode(new NodeIdentity(1, 100, "0.1.0", "0123abcd")),
        ["n2"] = new NodeIntroduced(new NodeIdentity(1, 100, "0.1.0", "0123abcd")),
        ["o1"] = Incident(),
        ["o2"] = new GetIncidents(7, 20, "r"),
        ["o3"] = new Incidents([new NumberedIncident(8, Incident())]),
        ["r1"] = new StartRun(Specimens.Specification(), 2, Fresh: true),
        ["r2"] = Progress(),
        ["r3"] = new RunFinished("r", 2, Published, null),
        ["r4"] = new RunFinishedAcknowledged("r"),
        ["r5"] = new RunStalled("r", Specimens.Failure()),
        ["r6"] = new CancelRun("r", 2),
        ["r7"] = new ForgetRun("r"),
        ["r8"] = new RunForgotten("r"),
        ["s1"] = new CoordinatorSnapshot(
            7,
            [new SharedSpecification(new string('a', 64), "{}", [new ClassMessage(1, "Nucleus", 255, 0, 0)], [Specimens.Classifier()])],
            [new StoredRun(Specimens.Specification(), 0, 2, Fresh: true, 3, 1, "lab", Direct: true, [new StoredOwner("b", 4)], Published, Specimens.Failure(), Cancelled: true, Cancelling: true, 1_790_000_000_000)],
            [new StoredBatch(Batch(), 1_790_000_000_000, 5, 2, 1_790_000_000_001, [new StoredEntry(new BatchSlide("/slides/a.svs", "a", 0.25, 40), 1, 3, "r", Specimens.Failure())])]),
        ["s2"] = new SlideRunSnapshot(
            Specimens.Specification(),
            2,
            3,
            Specimens.Slide(),
            Specimens.Plan(),
            new StoredOutcomes([1, 2], new byte[64], [10, 0], ["cpu/test", string.Empty], [0, 1], new byte[32], new Dictionary<int, FailureMessage> { [1] = Specimens.Failure() }),
            Published,
            Specimens.Failure(),
            ["t"]),
        ["w1"] = new SurveyCompleted("r", Specimens.Slide(), Specimens.Plan()),
        ["w2"] = new SurveyFailed("r", "w", Specimens.Failure()),
        ["w3"] = new TileAnalyzed("r", "w", Specimens.Done(4)),
        ["w4"] = new TileFailed("r", "w", 4, Specimens.Failure()),
        ["w5"] = new WorkAcknowledged("r", 4),
    };

    /// <summary>Messages with what records gained later; the name begins with the manifest.</summary>
    public static Dictionary<string, object> Additions { get; } = new(StringComparer.Ordinal)
    {
        ["a1+classifiers"] = new SubmitRun(Specimens.Classified(), Fresh: true),
        ["a5+classifiers"] = new RunSubmitted(Specimens.Classified(), 2, Fresh: false),
        ["a6+classifiers"] = new RunSettled("r", 2, WithLayers(), null),
        ["d4+classifiers"] = new WorkGrant(Specimens.Classified(), Specimens.Grid(), [5, 6]),
        ["e1+classifiers"] = new RunStarted(Specimens.Classified(), 1),
        ["e5+classifiers"] = new RunPublished(WithLayers()),
        ["e7+classifiers"] = new RunResubmitted(3, Specimens.Classified(), Fresh: true),
        ["d3+precision"] = new RequestWork("w", 4, []) { Precision = "fp32" },
        ["s1+arriving"] = new CoordinatorSnapshot(0, [], [], [new StoredBatch(Batch(), 1, 0, 0, 1, []) { CancelsArriving = true }]),
        ["d8+after"] = new GetWorkers { After = "w" },
        ["d9+more"] = new CellVitCluster.Cluster.Dispatch.Workers([]) { HasMore = true },
        ["d4+precision"] = new WorkGrant(Specimens.Specification() with { Precision = "bf16" }, Specimens.Grid(), [5, 6]),
        ["d4+placements"] = new WorkGrant(Specimens.Specification() with { Placements = 2 }, Specimens.Grid(), [5, 6]),
        ["a1+submitter"] = new SubmitRun(Specimens.Specification(), Fresh: false) { Submitter = "lab", Priority = 2 },
        ["a4+batch"] = new RunStatuses([Status()]),
        ["a5+batch"] = new RunSubmitted(Specimens.Specification(), 2, Fresh: false) { Submitter = "lab", Priority = 1, BatchId = "b", Entry = 3, At = 1_790_000_000_000 },
        ["a6+cancelled"] = new RunSettled("r", 2, null, null) { Cancelled = true, At = 1_790_000_000_000 },
        ["d1+priority"] = new OfferWork(Specimens.Specification(), Specimens.Grid(), [1, 2, 3])
        {
            Priority = 2,
            Submitter = "lab",
            Profile = "cpu/test",
            Suspects = [new SuspectTile(4, ["w"], Alone: true)],
        },
        ["d2+revoke"] = new WithdrawOffer("r") { Revoke = true },
        ["d2+published"] = new WithdrawOffer("r") { Published = true },
        ["d3+profile"] = new RequestWork("w", 4, [new HeldWork("r", [1, 2]) { Begun = [1] }]) { Profile = "cpu/test", ModelDigest = new string('a', 64), Draining = true },
        ["d4+fence"] = new WorkGrant(Specimens.Specification(), Specimens.Grid(), [5, 6]) { Fence = 7 },
        ["d3+at"] = new RequestWork("w", 4, []) { At = 86_400_000 },
        ["d3+settled"] = new RequestWork("w", 4, []) { Settled = [new HeldWork("r", [3])], Fence = 7 },
        ["d4+asked"] = new WorkGrant(Specimens.Specification(), Specimens.Grid(), [5, 6]) { AskedAt = 86_400_000 },
        ["d4+home"] = new WorkGrant(Specimens.Specification(), Specimens.Grid(), [5, 6]) { Home = "akka.tcp://cellvit@10.0.0.1:4053" },
        ["d4+priority"] = new WorkGrant(Specimens.Specification(), Specimens.Grid(), [5, 6]) { Priority = 2 },
        ["d5+tiles"] = new RevokeWork("r") { Tiles = [3] },
        ["d5+begun"] = new RevokeWork("r") { KeepBegun = true },
        ["d6+alone"] = new WorkerLost("r", "w", [1]) { Alone = true },
        ["r1+priority"] = new StartRun(Specimens.Specification(), 2, Fresh: true) { Priority = 1, Submitter = "lab" },
        ["r2+stall"] = Progress() with { Priority = 1, Stall = Specimens.Failure() },
        ["r3+cancelled"] = new RunFinished("r", 2, null, null) { Cancelled = true },
        ["w3+folder"] = new TileAnalyzed("r", "w", Specimens.Done(4)) { WorkDirectory = "/out/.cellvit/runs/r" },
        ["w5+unwanted"] = new WorkAcknowledged("r", 4) { Unwanted = true },
        ["w2+attempt"] = new SurveyFailed("r", "w", Specimens.Failure()) { Attempt = 7 },
        ["w4+attempt"] = new TileFailed("r", "w", 4, Specimens.Failure()) { Attempt = 7 },
        ["m1+submission"] = new MergeRun(Specimens.Specification(), Specimens.Slide(), Specimens.Plan()) { Submission = 2 },
        ["m4+submission"] = new MergeFinished("r", Published) { Submission = 2 },
        ["m5+submission"] = new MergeFailed("r", Specimens.Failure(), [3]) { Submission = 2 },
        ["m6+submission"] = new MergeAcknowledged("r") { Submission = 2 },
        ["m7+submission"] = new RequestPublication("r", "t") { Submission = 2 },
        ["m1+classifiers"] = new MergeRun(Specimens.Classified(), Specimens.Slide(), Specimens.Plan()),
    };

    private static Publication WithLayers() => Published with { Layers = [new LayerCounts("consep", [new ClassCount(0, "Other", 12)])] };

    private static RunProgress Progress() => new("r", RunPhase.Running, 6, 3, 1, 2, 30, 0.0576, new StageSeconds(1, 2, 3, 4));

    private static RunStatus Status() => new("r", RunPhase.Running, Progress(), null, null) { Name = "slide", Priority = 1, Submitter = "lab", BatchId = "b", Entry = 3 };

    private static Incident Incident() => new(1_790_000_000_000, IncidentKind.TilesReclaimed, "Three tiles of worker w are granted again.", "r", "w");

    private static OpenBatch Batch() => new(
        "b",
        "lab",
        "cohort",
        1,
        new RunTemplate
        {
            OutputDirectory = "/out",
            Compatibility = 0,
            RegionPath = "/roi.geojson",
            RegionDigest = new string('d', 64),
            ModelDigest = new string('a', 64),
            ModelCard = "{\"name\":\"test\"}",
            TokenWidth = 4,
            Precision = "fp32",
            TaxonomyName = "test",
            Classes = [new ClassMessage(1, "Nucleus", 255, 0, 0)],
            ClassBranch = 1,
            Classifiers = [Specimens.Classifier()],
            Placements = 2,
            Fresh = true,
        },
        6,
        new string('e', 64));
}
