using System.Text.Json;
using Akka.Actor;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Serialization;

public sealed class ClusterMessageSerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("serializer");
    private readonly ClusterMessageSerializer _serializer;

    public ClusterMessageSerializerTests() => _serializer = new ClusterMessageSerializer((ExtendedActorSystem)_system);

    public static TheoryData<string> AddedNames => [.. WireSamples.Additions.Keys.Order(StringComparer.Ordinal)];

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
        object message = WireSamples.Messages[manifest];

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

        Text(message).ShouldBe(Text(WireSamples.Messages[manifest]));
    }

    /// <summary>The same for what records gained later: entries "manifest+addition" of the file.</summary>
    [Theory]
    [MemberData(nameof(AddedNames))]
    public void Bytes_with_later_additions_still_load(string name)
    {
        string path = Path.Combine(Checkout.Root, "tests", "goldens", "wire", "v1.json");
        Dictionary<string, string> fixture = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))!;

        object message = _serializer.FromBinary(Convert.FromBase64String(fixture[name]), name.Split('+')[0]);

        Text(message).ShouldBe(Text(WireSamples.Additions[name]));
        Text(_serializer.FromBinary(_serializer.ToBinary(message), name.Split('+')[0])).ShouldBe(Text(message));
    }

    [Fact]
    public void Unknown_manifest_is_refused_by_name() =>
        Should.Throw<ArgumentException>(() => _serializer.FromBinary([0x90], "zz")).Message.ShouldContain("zz");

    public void Dispose() => _system.Dispose();

    private static string Text(object message) => JsonSerializer.Serialize(message, message.GetType());
}
