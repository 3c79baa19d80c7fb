using Akka.Actor;
using Akka.Cluster;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Api.Work;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CellVitCluster.Api.Operations;

/// <summary><c>/api/cluster</c> and <c>/api/incidents</c>: who is there, who does what, what happened.</summary>
internal static class ClusterEndpoints
{
    private const int DefaultIncidents = 50;

    /// <summary>Adds the endpoints.</summary>
    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/cluster/members", (ActorSystem system) => TypedResults.Json(
            new MemberListDocument(Members(Akka.Cluster.Cluster.Get(system))), ApiJson.Default.MemberListDocument));
        routes.MapGet("/api/cluster/workers", ListWorkersAsync);
        routes.MapGet("/api/incidents", ListIncidentsAsync);
    }

    private static MemberDocument[] Members(Akka.Cluster.Cluster cluster)
    {
        ClusterEvent.CurrentClusterState state = cluster.State;
        return
        [
            .. state.Members.Order(Member.AgeOrdering).Select(member => new MemberDocument(
                member.Address.ToString(),
                [.. member.Roles.Order(StringComparer.Ordinal)],
                member.Status.ToString().ToLowerInvariant(),
                member.AppVersion.Version,
                !state.Unreachable.Contains(member),
                member.UniqueAddress.Equals(cluster.SelfUniqueAddress))),
        ];
    }

    private static async Task<IResult> ListWorkersAsync(HttpContext context, ClusterLink cluster)
    {
        var workers = new List<WorkerDocument>();
        Workers page;
        string? last = null;
        do
        {
            page = await cluster.QueryDispatcherAsync<Workers>(new GetWorkers { After = last }, context.RequestAborted);
            workers.AddRange(page.Items.Select(WorkerDocument.Of));
            last = page.Items.Count > 0 ? page.Items[^1].WorkerId : last;
        }
        while (page.HasMore);
        return TypedResults.Json(new WorkerListDocument(workers), ApiJson.Default.WorkerListDocument);
    }

    private static async Task<IResult> ListIncidentsAsync(HttpContext context, ClusterLink cluster)
    {
        long after = RequestQuery.Number(context.Request, "after", 0, long.MaxValue);
        int take = (int)RequestQuery.Number(context.Request, "take", DefaultIncidents, GetIncidents.MaxIncidents);
        string? run = context.Request.Query["run"];
        Incidents incidents = await cluster.QueryOperationsAsync<Incidents>(
            new GetIncidents(after, take, string.IsNullOrEmpty(run) ? null : run), context.RequestAborted);
        return TypedResults.Json(new IncidentListDocument([.. incidents.Items.Select(IncidentDocument.Of)]), ApiJson.Default.IncidentListDocument);
    }
}
