using System.Buffers;
using System.Text.Json;
using Akka.Actor;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.TestSupport;
using MessagePack;

namespace CellVitCluster.ClusterTests.Serialization;

public sealed class ClusterMessageSerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("serializer");
    private readonly StandingTime _time = new();
    private readonly ClusterMessageSerializer _serializer;

    public ClusterMessageSerializerTests() => _serializer = new ClusterMessageSerializer((ExtendedActorSystem)_system, _time);

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

    /// <summary>Every file of a released version, name by name: whatever was journaled must load, completely.</summary>
    [Fact]
    public void Bytes_of_every_released_version_still_load()
    {
        string[] files = Directory.GetFiles(Path.Combine(Checkout.Root, "tests", "goldens", "wire"), "*.json");
        files.ShouldNotBeEmpty();
        foreach (string file in files)
        {
            foreach ((string name, string bytes) in JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))!)
            {
                _serializer.FromBinary(Convert.FromBase64String(bytes), name.Split('+')[0])
                    .ShouldBeOfType(MessageManifests.Types[name.Split('+')[0]], $"{name} of {Path.GetFileName(file)}");
            }
        }
    }

    /// <summary>A newer node's records have elements at their end that this one does not know.</summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public void Elements_of_a_newer_version_are_skipped(string manifest)
    {
        object message = WireSamples.Messages[manifest];
        var reader = new MessagePackReader(_serializer.ToBinary(message));
        int count = reader.ReadArrayHeader();
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(Math.Max(count, 40) + 2);
        writer.WriteRaw(reader.Sequence.Slice(reader.Position));
        for (int i = count; i < 40; i++)
        {
            writer.WriteNil();
        }

        writer.Write("what may it mean");
        writer.WriteArrayHeader(1);
        writer.Write(7);
        writer.Flush();

        object read = _serializer.FromBinary(bytes.WrittenSpan.ToArray(), manifest);

        Text(read).ShouldBe(Text(message));
    }

    [Fact]
    public void Record_without_what_it_always_has_is_unreadable_and_names_the_gap()
    {
        byte[] withoutRun = MessagePackSerializer.Serialize<object?[]>([null]);

        var unreadable = (UnreadableMessage)_serializer.FromBinary(withoutRun, "d5");

        unreadable.Reason.ShouldBe("RevokeWork.RunId is missing");
    }

    [Fact]
    public void Unreadable_messages_are_logged_once_a_minute_for_each_name()
    {
        var inbox = Inbox.Create(_system);
        _system.EventStream.Subscribe(inbox.Receiver, typeof(Akka.Event.Warning));

        for (int i = 0; i < 5; i++)
        {
            _serializer.FromBinary([0xc1], "d5");
            _serializer.FromBinary([0xc1], FormattableString.Invariant($"z{i}"));
        }

        _time.Timestamp += 2 * 60 * _time.TimestampFrequency;
        _serializer.FromBinary([0xc1], "d5");
        _system.EventStream.Publish(new Akka.Event.Warning("end", GetType(), "end"));

        var lines = new List<string>();
        while (lines.LastOrDefault() != "end")
        {
            lines.Add(((Akka.Event.Warning)inbox.Receive(TimeSpan.FromSeconds(30))).Message.ToString()!);
        }

        lines.Count(line => line.Contains("d5", StringComparison.Ordinal)).ShouldBe(2);
        lines.Count(line => line.Contains("'z", StringComparison.Ordinal)).ShouldBe(1);
    }

    public void Dispose() => _system.Dispose();

    private static string Text(object message) => JsonSerializer.Serialize(message, message.GetType());

    private sealed class StandingTime : TimeProvider
    {
        public long Timestamp { get; set; }

        public override long GetTimestamp() => Timestamp;
    }
}
