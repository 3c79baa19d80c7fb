using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Api;
using CellVitCluster.Api.Operations;
using CellVitCluster.Api.Work;
using CellVitCluster.Cli.Client;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit status</c>: how the cluster, a batch, a slide or a run stands, and what happened to it.</summary>
internal static class StatusCommand
{
    private const int LatestBatches = 20;
    private const int LatestIncidents = 20;
    private const int IncidentsOfRun = 100;
    private const int SlidesPerPage = 1000;

    public static Command Create()
    {
        var target = new Argument<string?>("BATCH|BATCH/N|RUN") { Description = "A batch, its N-th slide (from 0), or a run. Default: the cluster.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = CommonOptions.Json();
        return new Command(
            "status",
            "Shows the cluster (nodes, workers, batches, what happened lately), or how a batch, a slide or a run stands and why.\n\nExamples:\n"
            + "  cellvit status\n  cellvit status b-1f0c…\n  cellvit status b-1f0c…/3")
        {
            target, json,
        }.Using((parsed, service, cancellation) => parsed.GetValue(target) is { } text
            ? WorkAddress.Parse(text) switch
            {
                { Batch: { } batch, Entry: null } => ShowBatchAsync(service, batch, parsed.GetValue(json), cancellation),
                { Run: { } run } => ShowRunAsync(service, run, parsed.GetValue(json), cancellation),
                var slide => ShowSlideAsync(service, slide, parsed.GetValue(json), cancellation),
            }
            : ShowClusterAsync(service, parsed.GetValue(json), cancellation));
    }

    private static async Task<int> ShowClusterAsync(ServiceClient service, bool json, CancellationToken cancellation)
    {
        // The nodes are known to whoever answers; the rest may be moving to another node, which is when one looks.
        var silent = new List<string>();
        MemberListDocument members = await service.ListMembersAsync(cancellation);
        Task<WorkerListDocument?> workers = OrSilentAsync(service.ListWorkersAsync(cancellation), "workers", silent);
        Task<BatchListDocument?> batches = OrSilentAsync(service.ListBatchesAsync(LatestBatches, cancellation), "batches", silent);
        Task<IncidentListDocument?> incidents = OrSilentAsync(service.ListIncidentsAsync(LatestIncidents, null, cancellation), "incidents", silent);
        var report = new StatusReport(members.Members, (await workers)?.Workers, (await batches)?.Batches, (await incidents)?.Incidents);
        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.StatusReport));
        }
        else
        {
            StatusText.Print(report);
        }

        return silent.Count == 0 ? ExitCodes.Done : ExitCodes.ClusterUnreachable;
    }

    private static async Task<T?> OrSilentAsync<T>(Task<T> answer, string what, List<string> silent)
        where T : class
    {
        try
        {
            return await answer;
        }
        catch (ClusterException exception) when (exception.Code == ErrorCode.ServiceUnavailable)
        {
            lock (silent)
            {
                silent.Add(what);
            }

            Terminal.Fail(exception.Code.Value, $"The {what} are not known at the moment. {exception.Why}");
            return null;
        }
    }

    private static async Task<int> ShowBatchAsync(ServiceClient service, string id, bool json, CancellationToken cancellation)
    {
        BatchDocument batch = await service.GetBatchAsync(id, cancellation);
        var slides = new List<SlideDocument>();
        int? from = 0;
        while (from is int next)
        {
            SlideListDocument page = await service.ListSlidesAsync(id, next, SlidesPerPage, cancellation);
            slides.AddRange(page.Slides);
            from = page.Next;
        }

        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(new BatchReport(batch, slides), CliJson.Default.BatchReport));
        }
        else
        {
            StatusText.Print(batch, slides);
        }

        return ExitCodes.Done;
    }

    private static async Task<int> ShowSlideAsync(ServiceClient service, WorkAddress address, bool json, CancellationToken cancellation)
    {
        SlideDocument slide = await service.GetSlideAsync(address, cancellation);
        if (slide.Run is not null)
        {
            return await ShowRunAsync(service, slide.Run.Id, json, cancellation);
        }

        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(slide, ApiJson.Default.SlideDocument));
        }
        else
        {
            StatusText.Print(slide);
        }

        return ExitCodes.Done;
    }

    private static async Task<int> ShowRunAsync(ServiceClient service, string id, bool json, CancellationToken cancellation)
    {
        var report = new RunStory(
            await service.GetRunAsync(id, cancellation), (await service.ListIncidentsAsync(IncidentsOfRun, id, cancellation)).Incidents);
        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.RunStory));
        }
        else
        {
            StatusText.Print(report);
        }

        return ExitCodes.Done;
    }
}
