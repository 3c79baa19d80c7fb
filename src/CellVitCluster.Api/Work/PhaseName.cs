using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Api.Work;

/// <summary>Names of the phases of a run, as in requests and documents.</summary>
public static class PhaseName
{
    /// <summary>All names, in the order of a run's life.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<RunPhase>().Order().Select(Of)];

    /// <summary>Name of a phase.</summary>
    public static string Of(RunPhase phase) => phase.ToString().ToLowerInvariant();

    /// <summary>Phase of a name, or null when there is none of that name.</summary>
    public static RunPhase? Parse(string? name) =>
        Enum.GetValues<RunPhase>().Cast<RunPhase?>().FirstOrDefault(phase => Of(phase!.Value) == name);
}
