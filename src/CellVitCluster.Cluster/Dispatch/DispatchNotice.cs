namespace CellVitCluster.Cluster.Dispatch;

/// <summary>Something the table decided that operators want to read about.</summary>
/// <param name="Kind">One of <see cref="Operations.IncidentKind"/>.</param>
/// <param name="Text">One sentence for people.</param>
/// <param name="RunId">The run it is about, or null.</param>
/// <param name="WorkerId">The worker it is about, or null.</param>
public sealed record DispatchNotice(string Kind, string Text, string? RunId, string? WorkerId);
