using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Api.Work;

/// <summary>Names of the priorities, as in requests and documents.</summary>
public static class PriorityName
{
    /// <summary>All names, lowest first.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<RunPriority>().Order().Select(Of)];

    /// <summary>Name of a priority.</summary>
    public static string Of(RunPriority priority) => priority.ToString().ToLowerInvariant();

    /// <summary>Priority of a name, or null when there is none of that name.</summary>
    public static RunPriority? Parse(string? name) =>
        Enum.GetValues<RunPriority>().Cast<RunPriority?>().FirstOrDefault(priority => Of(priority!.Value) == name);
}
