using Akka.Actor;
using CellVitCluster.Cluster.Serialization;

namespace CellVitCluster.ClusterTests.Serialization;

/// <summary>Whatever arrives: the serializer answers with a complete message or says that it is unreadable, and costs little either way.</summary>
public sealed class FuzzTests : IDisposable
{
    /// <summary>A message has at most 64 KiB; reading damaged ones must not cost many times that.</summary>
    private const long MaxAllocation = 4 << 20;

    private readonly ActorSystem _system = ActorSystem.Create("fuzz", "akka.loglevel = OFF, akka.stdout-loglevel = OFF");
    private readonly ClusterMessageSerializer _serializer;

    public FuzzTests() => _serializer = new ClusterMessageSerializer((ExtendedActorSystem)_system, TimeProvider.System);

    public static TheoryData<string> Samples =>
        [.. WireSamples.Messages.Keys.Concat(WireSamples.Additions.Keys).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Damaged_bytes_are_read_or_dropped(string name)
    {
        string manifest = name.Split('+')[0];
        byte[] sample = _serializer.ToBinary(WireSamples.Messages.GetValueOrDefault(name) ?? WireSamples.Additions[name]);
        Read(sample, manifest).ShouldNotBeOfType<UnreadableMessage>();
        var random = new Random(name.Sum(c => c));

        for (int length = 0; length < sample.Length; length++)
        {
            Read(sample[..length], manifest).ShouldBeOfType<UnreadableMessage>();
        }

        for (int i = 0; i < 200; i++)
        {
            byte[] flipped = [.. sample];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            }

            Read(flipped, manifest);
        }

        for (int i = 0; i < 50; i++)
        {
            byte[] noise = new byte[random.Next(300)];
            random.NextBytes(noise);
            Read(noise, manifest);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xdd, 0x7f, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x91, 0xdd, 0x7f, 0xff, 0xff, 0xff, 0xc0 })]
    [InlineData(new byte[] { 0x91, 0xdb, 0x7f, 0xff, 0xff, 0xff, 0x61 })]
    [InlineData(new byte[] { 0xdf, 0x7f, 0xff, 0xff, 0xff })]
    public void Announced_size_is_not_believed(byte[] bytes)
    {
        foreach (string manifest in MessageManifests.Types.Keys)
        {
            Read(bytes, manifest).ShouldBeOfType<UnreadableMessage>(manifest);
        }
    }

    [Fact]
    public void Bottomless_nesting_does_not_end_the_process()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)0x91, 60_000), 0xc0];
        foreach (string manifest in MessageManifests.Types.Keys)
        {
            Read(nested, manifest);
        }
    }

    [Theory]
    [InlineData("zz")]
    [InlineData("")]
    [InlineData("a name that nobody would give a message, and much too long for one")]
    public void Unknown_name_is_dropped(string manifest) => Read([0x90], manifest).ShouldBeOfType<UnreadableMessage>().Manifest.Length.ShouldBeLessThan(17);

    public void Dispose() => _system.Dispose();

    private object Read(byte[] bytes, string manifest)
    {
        // Once before measuring: readers are generated at first use.
        object message = _serializer.FromBinary(bytes, manifest);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _serializer.FromBinary(bytes, manifest);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocation);
        if (message is not UnreadableMessage)
        {
            message.ShouldBeOfType(MessageManifests.Types[manifest]);
            MessageCompleteness.FirstGap(message).ShouldBeNull();
        }

        return message;
    }
}
