using System.Text.Json.Serialization;

namespace CellVitCluster.Api.Work;

/// <summary>Reply to cancel, retry and priority: it is journaled.</summary>
/// <param name="Slides">How many slides it changes; 0 when everything was so already.</param>
public sealed record ChangeDocument(int Slides);

/// <summary>Body of <c>POST …/priority</c>.</summary>
/// <param name="Priority">One of <see cref="PriorityName.All"/>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PriorityRequest(string? Priority);
