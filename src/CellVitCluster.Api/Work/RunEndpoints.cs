using CellVitCluster.Api.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CellVitCluster.Api.Work;

/// <summary><c>/api/runs</c>.</summary>
internal static class RunEndpoints
{
    private const string Runs = "/api/runs";
    private const string OneRun = $"{Runs}/{{run}}";
    private const int MaxIds = 1000;

    /// <summary>Adds the endpoints.</summary>
    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Runs, ListAsync);
        routes.MapGet(OneRun, GetAsync);
        routes.MapWorkCommands(OneRun, context => new WorkTarget((string)context.GetRouteValue("run")!, null, null));
    }

    private static async Task<IResult> ListAsync(HttpContext context, ClusterLink cluster)
    {
        string[] ids = ((string?)context.Request.Query["ids"] ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (ids.Length is 0 or > MaxIds)
        {
            throw new ConfigurationException(
                "The parameter 'ids' cannot be used.", FormattableString.Invariant($"It names {ids.Length} runs, expected 1 to {MaxIds}."), "Name ids of runs, separated by commas.");
        }

        var runs = new List<RunDocument>(ids.Length);
        foreach (string[] page in ids.Chunk(GetRunStatuses.MaxRuns))
        {
            runs.AddRange((await cluster.QueryCoordinatorAsync<RunStatuses>(new GetRunStatuses(page), context.RequestAborted)).Runs.Select(RunDocument.Of));
        }

        return TypedResults.Json(new RunListDocument(runs), ApiJson.Default.RunListDocument);
    }

    private static async Task<IResult> GetAsync(HttpContext context, ClusterLink cluster, string run)
    {
        RunStatuses found = await cluster.QueryCoordinatorAsync<RunStatuses>(new GetRunStatuses([run]), context.RequestAborted);
        return found.Runs.Count == 1
            ? TypedResults.Json(RunDocument.Of(found.Runs[0]), ApiJson.Default.RunDocument)
            : throw new CellVitException(
                ErrorCode.WorkUnknown,
                $"There is no run '{run}'.",
                "No such run was submitted here, or it was finished so long ago that it is forgotten.",
                "GET /api/batches/{id}/slides shows the runs of a batch.");
    }
}
