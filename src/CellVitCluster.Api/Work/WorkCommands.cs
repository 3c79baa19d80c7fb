using CellVitCluster.Api.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CellVitCluster.Api.Work;

/// <summary>Cancel, retry and priority, alike for batches, slides of batches and runs.</summary>
internal static class WorkCommands
{
    /// <summary>Adds the three commands below an address.</summary>
    /// <param name="routes">Where to add.</param>
    /// <param name="prefix">Address of the thing they change.</param>
    /// <param name="target">Reads the thing from the address.</param>
    public static void MapWorkCommands(this IEndpointRouteBuilder routes, string prefix, Func<HttpContext, WorkTarget> target)
    {
        routes.MapPost($"{prefix}/cancel", (HttpContext context, ClusterLink cluster) => ChangeAsync(context, cluster, new CancelWork(target(context))));
        routes.MapPost($"{prefix}/retry", (HttpContext context, ClusterLink cluster) => ChangeAsync(context, cluster, new RetryWork(target(context))));
        routes.MapPost($"{prefix}/priority", async (HttpContext context, ClusterLink cluster) =>
        {
            PriorityRequest request = await RequestBody.ReadAsync(context.Request, ApiJson.Default.PriorityRequest);
            return await ChangeAsync(context, cluster, new PrioritizeWork(target(context), (int)(PriorityName.Parse(request.Priority) ?? throw Unknown(request.Priority))));
        });
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, ClusterLink cluster, object command)
    {
        WorkChanged changed = await cluster.CommandCoordinatorAsync<WorkChanged>(command, context.RequestAborted);
        return TypedResults.Json(new ChangeDocument(changed.Slides), ApiJson.Default.ChangeDocument);
    }

    private static ConfigurationException Unknown(string? priority) => new(
        $"The priority '{priority}' cannot be used.", $"Expected: {string.Join(", ", PriorityName.All)}.", "Correct it.");
}
