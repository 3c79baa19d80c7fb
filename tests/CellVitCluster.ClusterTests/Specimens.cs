using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.ClusterTests;

/// <summary>Small, valid messages and records that tests vary.</summary>
internal static class Specimens
{
    public static RunSpecification Specification(string runId = "0123456789abcdef0123456789abcdef", string folder = "/nowhere") => new()
    {
        RunId = runId,
        SlideId = "fedcba9876543210fedcba9876543210",
        SlidePath = Path.Combine(folder, "slide.tiff"),
        Mpp = 0.25,
        Magnification = 40,
        Name = "slide",
        StoreDirectory = Path.Combine(folder, "out", "slide"),
        WorkDirectory = Path.Combine(folder, "work", runId),
        Compatibility = 0,
        RegionPath = null,
        ModelDigest = new string('a', 64),
        ModelCard = "{\"name\":\"test\"}",
        TokenWidth = 4,
        TaxonomyName = "test",
        Classes = [new ClassMessage(0, "Background", 0, 0, 0), new ClassMessage(1, "Nucleus", 255, 0, 0)],
    };

    public static ClassifierMessage Classifier(string file = "consep.pth") => new(
        "/models/" + file,
        new string('c', 64),
        Path.GetFileNameWithoutExtension(file),
        [new ClassMessage(0, "Other", 92, 20, 186), new ClassMessage(1, "Inflammatory", 255, 0, 0)]);

    /// <summary>What is done with every slide of a batch: the same as <see cref="Specification"/> does.</summary>
    public static RunTemplate Template(string outputDirectory = "/out") => new()
    {
        OutputDirectory = outputDirectory,
        Compatibility = 0,
        ModelDigest = new string('a', 64),
        ModelCard = "{\"name\":\"test\"}",
        TokenWidth = 4,
        Precision = "fp32",
        TaxonomyName = "test",
        Classes = [new ClassMessage(0, "Background", 0, 0, 0), new ClassMessage(1, "Nucleus", 255, 0, 0)],
    };

    /// <summary>Announcement of a batch.</summary>
    public static OpenBatch Batch(string batchId = "b", int slides = 3, string submitter = "lab", int priority = 0, string outputDirectory = "/out") =>
        new(batchId, submitter, "cohort", priority, Template(outputDirectory), slides, new string('e', 64));

    /// <summary>A specification with everything that later versions added.</summary>
    public static RunSpecification Classified() => Specification() with { ClassBranch = 1, Classifiers = [Classifier()] };

    public static GridMessage Grid(int columns = 3, int rows = 2) =>
        new(0.25, [0, 0, columns * 960.0, rows * 960.0], 1, 16, columns * 960, rows * 960, columns, rows);

    /// <summary>Plan that selects the given tiles (all of them by default).</summary>
    public static PlanMessage Plan(int columns = 3, int rows = 2, params int[] tiles)
    {
        byte[] selected = new byte[((columns * rows) + 7) / 8];
        foreach (int tile in tiles.Length == 0 ? Enumerable.Range(0, columns * rows) : tiles)
        {
            selected[tile >> 3] |= (byte)(1 << (tile & 7));
        }

        return new PlanMessage(Grid(columns, rows), selected);
    }

    public static SlideMessage Slide() => new("test", 2880, 1920, [new LevelMessage(2880, 1920, 1)], [0, 0, 2880, 1920], 0.25, "test", 40, 1.5);

    public static FailureMessage Failure(string code = "RUN-003") => new(code, "It failed.", "It was meant to.", "Nothing.");

    public static TileOutcome Done(int tile, string digest = "d1") => new(tile, digest, 10, "cpu/test", new StageSeconds(1, 2, 3, 4), null);

    public static TileOutcome Failed(int tile) => new(tile, string.Empty, 0, string.Empty, StageSeconds.Zero, Failure());

    /// <summary>State after start and survey.</summary>
    public static SlideRunState Running(PlanMessage? plan = null) =>
        SlideRunState.Empty.Apply(new RunStarted(Specification(), 1)).Apply(new RunPlanned(Slide(), plan ?? Plan()));
}
