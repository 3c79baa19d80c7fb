using System.Text.Json.Serialization;
using CellVitCluster.Api.Operations;
using CellVitCluster.Api.Problems;
using CellVitCluster.Api.Submission;
using CellVitCluster.Api.Work;

namespace CellVitCluster.Api;

/// <summary>
/// JSON of the HTTP surface, for server and client: snake case like every document of the command line; a member that is not known is a
/// fault in a request, because a misspelled option would otherwise silently do nothing.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(BatchDocument))]
[JsonSerializable(typeof(BatchListDocument))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(ChangeDocument))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(IncidentListDocument))]
[JsonSerializable(typeof(MemberListDocument))]
[JsonSerializable(typeof(PriorityRequest))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(RunListDocument))]
[JsonSerializable(typeof(SlideDocument))]
[JsonSerializable(typeof(SlideListDocument))]
[JsonSerializable(typeof(WorkerListDocument))]
public sealed partial class ApiJson : JsonSerializerContext;
