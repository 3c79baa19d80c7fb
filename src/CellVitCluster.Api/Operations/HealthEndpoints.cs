using Akka.Actor;
using Akka.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CellVitCluster.Api.Operations;

/// <summary>
/// Probes. <c>/healthz</c> says that the process answers and nothing about the cluster: a supervisor that restarted nodes because of the state
/// of the others would take the whole cluster down. <c>/readyz</c> says whether the node has joined and may get requests.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Json(new HealthDocument("live"), ApiJson.Default.HealthDocument));
        routes.MapGet("/readyz", (ActorSystem system) => Akka.Cluster.Cluster.Get(system).SelfMember.Status == MemberStatus.Up
            ? TypedResults.Json(new HealthDocument("ready"), ApiJson.Default.HealthDocument)
            : TypedResults.Json(new HealthDocument("joining"), ApiJson.Default.HealthDocument, statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
