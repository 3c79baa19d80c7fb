namespace CellVitCluster.Cluster.Serialization;

/// <summary>
/// Everything that may cross the network or enter the journal. Implementations are immutable records with explicit MessagePack keys, at
/// most 64 KiB as bytes (but for snapshots, which are only stored), with a manifest in <see cref="MessageManifests"/>. Keys are only ever appended and never reused.
/// </summary>
public interface IClusterMessage;

/// <summary>A message for, or about, one run: the shard extractor finds the entity by it.</summary>
public interface IWithRunId : IClusterMessage
{
    /// <summary>The run, as in <see cref="Domain.Ids.RunId"/>.</summary>
    string RunId { get; }
}
