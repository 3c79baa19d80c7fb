using Akka.Actor;
using Akka.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Serialization;

/// <summary>
/// MessagePack for messages and journaled events. Readers accept records with fewer or more elements than they know, so that nodes of two
/// neighboring versions understand each other.
/// </summary>
public sealed class ClusterMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Serializer id in the journal and on the wire; fixed for ever.</summary>
    public const int FixedIdentifier = 4711;

    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

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
    public override object FromBinary(byte[] bytes, string manifest) =>
        MessageManifests.Types.TryGetValue(manifest, out Type? type)
            ? MessagePackSerializer.Deserialize(type, bytes, Options)!
            : throw new ArgumentException($"Unknown manifest '{manifest}': the sender is a newer version.", nameof(manifest));
}
