using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Akka.Serialization;
using CellVitCluster.Cluster.Operations;
using MessagePack;

namespace CellVitCluster.Cluster.Serialization;

/// <summary>
/// MessagePack for messages and journaled events. Readers accept records with fewer or more elements than they know, so that nodes of two
/// neighboring versions understand each other. What cannot be understood becomes an <see cref="UnreadableMessage"/>, is counted and logged,
/// and never costs the association or the actor. Thread-safe.
/// </summary>
/// <param name="system">The node's actor system.</param>
/// <param name="time">Clock of the log's pace.</param>
public sealed class ClusterMessageSerializer(ExtendedActorSystem system, TimeProvider time) : SerializerWithStringManifest(system)
{
    /// <summary>Serializer id in the journal and on the wire; fixed for ever.</summary>
    public const int FixedIdentifier = 4711;

    /// <summary>Manifests are two or three letters; of others only this much is repeated.</summary>
    private const int MaxManifest = 16;

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    private readonly ConcurrentDictionary<string, long> _logged = new(StringComparer.Ordinal);

    /// <summary>What Akka calls when a configuration names the serializer.</summary>
    public ClusterMessageSerializer(ExtendedActorSystem system)
        : this(system, TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => FixedIdentifier;

    /// <inheritdoc/>
    public override string Manifest(object o) =>
        MessageManifests.Names.TryGetValue(o.GetType(), out string? name)
            ? name
            : throw new ArgumentException($"{o.GetType()} has no manifest in {nameof(MessageManifests)}.", nameof(o));

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => MessagePackSerializer.Serialize(obj.GetType(), obj, Options);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!MessageManifests.Types.TryGetValue(manifest, out Type? type))
        {
            // One name for all of them: a stranger's inventions must not fill the memory.
            return Drop("unknown", new UnreadableMessage(manifest[..Math.Min(manifest.Length, MaxManifest)], "unknown name; the sender is a newer version"));
        }

        try
        {
            object? message = MessagePackSerializer.Deserialize(type, bytes, Options);
            return message is null
                ? Drop(manifest, new UnreadableMessage(manifest, "nothing in it"))
                : MessageCompleteness.FirstGap(message) is string gap
                    ? Drop(manifest, new UnreadableMessage(manifest, $"{gap} is missing"))
                    : message;
        }
#pragma warning disable CA1031 // Whatever damaged bytes make the reader throw, the node must go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Drop(manifest, new UnreadableMessage(manifest, (exception.InnerException ?? exception).Message));
        }
    }

    private UnreadableMessage Drop(string key, UnreadableMessage message)
    {
        ClusterMeter.MessagesDropped.Add(1);
        long now = time.GetTimestamp();
        bool first = _logged.TryAdd(key, now);
        if (first || (_logged.TryGetValue(key, out long last) && time.GetElapsedTime(last, now) >= LogInterval && _logged.TryUpdate(key, now, last)))
        {
            system.Log.Warning("A message '{0}' could not be understood and was dropped: {1}", message.Manifest, message.Reason);
        }

        return message;
    }
}
