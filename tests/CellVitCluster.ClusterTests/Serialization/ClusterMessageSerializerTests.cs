using System.Text.Json;
using Akka.Actor;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Serialization;

public sealed class ClusterMessageSerializerTests : IDisposable
{
    private static readonly Publication Published = new("/out/slide", new string('b', 64), 12, [new ClassCount(1, "Nucleus", 12)], 3456, 1, 0.5, 0.25);

    private readonly ActorSystem _system = ActorSystem.Create("serializer");
    private readonly ClusterMessageSerializer _serializer;

    public ClusterMessageSerializerTests() => _serializer = new ClusterMessageSerializer((ExtendedActorSystem)_system);

    public static TheoryData<string> AddedNames => [.. Additions.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Manifests => [.. MessageManifests.Types.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_message_of_the_assembly_has_a_manifest()
    {
        IEnumerable<Type> messages = typeof(IClusterMessage).Assembly.GetTypes()
            .Where(t => typeof(IClusterMessage).IsAssignableFrom(t) && t is { IsAbstract: false, IsInterface: false });

        messages.ShouldBe(MessageManifests.Types.Values, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Message_survives_the_round_trip(string manifest)
    {
        object message = Samples[manifest];

        byte[] bytes = _serializer.ToBinary(message);

        _serializer.Manifest(message).ShouldBe(manifest);
        bytes.Length.ShouldBeLessThan(64 * 1024);
        Text(_serializer.FromBinary(bytes, manifest)).ShouldBe(Text(message));
    }

    /// <summary>Bytes of version 1: what was journaled then must load for ever. Add new messages to the file, never change an entry.</summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public void Bytes_of_version_1_still_load(string manifest)
    {
        string path = Path.Combine(Checkout.Root, "tests", "goldens", "wire", "v1.json");
        Dictionary<string, string> fixture = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))!;

        object message = _serializer.FromBinary(Convert.FromBase64String(fixture[manifest]), manifest);

        Text(message).ShouldBe(Text(Samples[manifest]));
    }

    /// <summary>The same for what records gained later: entries "manifest+addition" of the file.</summary>
    [Theory]
    [MemberData(nameof(AddedNames))]
    public void Bytes_with_later_additions_still_load(string name)
    {
        string path = Path.Combine(Checkout.Root, "tests", "goldens", "wire", "v1.json");
        Dictionary<string, string> fixture = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))!;

        object message = _serializer.FromBinary(Convert.FromBase64String(fixture[name]), name.Split('+')[0]);

        Text(message).ShouldBe(Text(Additions[name]));
        Text(_serializer.FromBinary(_serializer.ToBinary(message), name.Split('+')[0])).ShouldBe(Text(message));
    }

    [Fact]
    public void Unknown_manifest_is_refused_by_name() =>
        Should.Throw<ArgumentException>(() => _serializer.FromBinary([0x90], "zz")).Message.ShouldContain("zz");

    public void Dispose() => _system.Dispose();

    private static Dictionary<string, object> Samples { get; } = new(StringComparer.Ordinal)
    {
        ["a1"] = new SubmitRun(Specimens.Specification(), Fresh: true),
        ["a2"] = new RunAdmitted("r"),
        ["a3"] = new GetRunStatuses(["r", "s"]),
        ["a4"] = new RunStatuses([new RunStatus("r", RunPhase.Running, Progress(), Published, Specimens.Failure())]),
        ["a5"] = new RunSubmitted(Specimens.Specification(), 2, Fresh: false),
        ["a6"] = new RunSettled("r", 2, Published, null),
        ["d1"] = new OfferWork(Specimens.Specification(), Specimens.Grid(), [1, 2, 3]),
        ["d2"] = new WithdrawOffer("r"),
        ["d3"] = new RequestWork("w", 4, [new HeldWork("r", [1, 2])]),
        ["d4"] = new WorkGrant(Specimens.Specification(), Specimens.Grid(), [5, 6]),
        ["e1"] = new RunStarted(Specimens.Specification(), 1),
        ["e2"] = new RunPlanned(Specimens.Slide(), Specimens.Plan()),
        ["e3"] = new TilesSettled([Specimens.Done(1), Specimens.Failed(2)]),
        ["e4"] = new TilesLost([1, 2]),
        ["e5"] = new RunPublished(Published),
        ["e6"] = new RunQuarantined(Specimens.Failure()),
        ["e7"] = new RunResubmitted(3, Specimens.Specification(), Fresh: true),
        ["m1"] = new MergeRun(Specimens.Specification(), Specimens.Slide(), Specimens.Plan()),
        ["m2"] = new GetSettledTiles("r", 7),
        ["m3"] = new SettledTiles("r", 7, [Specimens.Done(1)], Complete: true),
        ["m4"] = new MergeFinished("r", Published),
        ["m5"] = new MergeFailed("r", Specimens.Failure(), [3]),
        ["m6"] = new MergeAcknowledged("r"),
        ["r1"] = new StartRun(Specimens.Specification(), 2, Fresh: true),
        ["r2"] = Progress(),
        ["r3"] = new RunFinished("r", 2, Published, null),
        ["r4"] = new RunFinishedAcknowledged("r"),
        ["r5"] = new RunStalled("r", Specimens.Failure()),
        ["w1"] = new SurveyCompleted("r", Specimens.Slide(), Specimens.Plan()),
        ["w2"] = new SurveyFailed("r", "w", Specimens.Failure()),
        ["w3"] = new TileAnalyzed("r", "w", Specimens.Done(4)),
        ["w4"] = new TileFailed("r", "w", 4, Specimens.Failure()),
        ["w5"] = new WorkAcknowledged("r", 4),
    };

    private static Dictionary<string, object> Additions { get; } = new(StringComparer.Ordinal)
    {
        ["a1+classifiers"] = new SubmitRun(Specimens.Classified(), Fresh: true),
        ["a5+classifiers"] = new RunSubmitted(Specimens.Classified(), 2, Fresh: false),
        ["a6+classifiers"] = new RunSettled("r", 2, WithLayers(), null),
        ["d4+classifiers"] = new WorkGrant(Specimens.Classified(), Specimens.Grid(), [5, 6]),
        ["e1+classifiers"] = new RunStarted(Specimens.Classified(), 1),
        ["e5+classifiers"] = new RunPublished(WithLayers()),
        ["e7+classifiers"] = new RunResubmitted(3, Specimens.Classified(), Fresh: true),
        ["d4+placements"] = new WorkGrant(Specimens.Specification() with { Placements = 2 }, Specimens.Grid(), [5, 6]),
        ["m1+classifiers"] = new MergeRun(Specimens.Classified(), Specimens.Slide(), Specimens.Plan()),
    };

    private static Publication WithLayers() => Published with { Layers = [new LayerCounts("consep", [new ClassCount(0, "Other", 12)])] };

    private static RunProgress Progress() => new("r", RunPhase.Running, 6, 3, 1, 2, 30, 0.0576, new StageSeconds(1, 2, 3, 4));

    private static string Text(object message) => JsonSerializer.Serialize(message, message.GetType());
}
