using System.Globalization;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Api.Submission;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CellVitCluster.Api.Work;

/// <summary><c>/api/batches</c>.</summary>
internal static class BatchEndpoints
{
    private const string Batches = "/api/batches";
    private const string OneBatch = $"{Batches}/{{batch}}";
    private const string OneSlide = $"{OneBatch}/slides/{{entry:int:min(0)}}";
    private const string DefaultSubmitter = "anonymous";
    private const int DefaultTake = 50;
    private const int MaxTake = 1000;

    /// <summary>Adds the endpoints.</summary>
    public static void MapBatches(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Batches, SubmitAsync);
        routes.MapGet(Batches, ListAsync);
        routes.MapGet(OneBatch, async (HttpContext context, ClusterLink cluster, string batch) =>
            TypedResults.Json(await GetAsync(cluster, batch, context.RequestAborted), ApiJson.Default.BatchDocument));
        routes.MapGet($"{OneBatch}/slides", ListSlidesAsync);
        routes.MapGet(OneSlide, GetSlideAsync);
        routes.MapWorkCommands(OneBatch, context => new WorkTarget(null, BatchOf(context), null));
        routes.MapWorkCommands(OneSlide, context => new WorkTarget(null, BatchOf(context), int.Parse((string)context.GetRouteValue("entry")!, CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, BatchIntake intake, BatchDelivery delivery, ClusterLink cluster)
    {
        string batchId = BatchKey.IdOf(context.Request.Headers[BatchKey.Header].FirstOrDefault());
        BatchRequest request = await RequestBody.ReadAsync(context.Request, ApiJson.Default.BatchRequest);

        // Folders and lists are read from shares that may be slow; the threads that answer requests are few.
        BatchContent content = await Task.Factory.StartNew(
            () => intake.Understand(request), context.RequestAborted, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var batch = new OpenBatch(
            batchId,
            string.IsNullOrWhiteSpace(request.Submitter) ? DefaultSubmitter : request.Submitter,
            request.Label ?? string.Empty,
            (int)(PriorityName.Parse(request.Priority) ?? RunPriority.Routine),
            content.Template,
            content.Slides.Count,
            BatchKey.DigestOf(request));
        bool existed = await delivery.DeliverAsync(batch, content.Slides, context.RequestAborted);
        BatchDocument document = await GetAsync(cluster, batchId, context.RequestAborted);
        context.Response.Headers.Location = $"{Batches}/{batchId}";
        return TypedResults.Json(document, ApiJson.Default.BatchDocument, statusCode: existed ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ClusterLink cluster)
    {
        int skip = (int)RequestQuery.Number(context.Request, "skip", 0, int.MaxValue);
        int take = (int)RequestQuery.Number(context.Request, "take", DefaultTake, MaxTake);
        var batches = new List<BatchDocument>();
        while (true)
        {
            Batches page = await cluster.QueryCoordinatorAsync<Batches>(
                new GetBatches(skip + batches.Count, Math.Min(take - batches.Count, GetBatches.MaxBatches)), context.RequestAborted);
            batches.AddRange(page.Items.Select(BatchDocument.Of));
            if (page.Items.Count == 0 || batches.Count >= take)
            {
                return TypedResults.Json(new BatchListDocument(batches, page.Total), ApiJson.Default.BatchListDocument);
            }
        }
    }

    private static async Task<IResult> ListSlidesAsync(HttpContext context, ClusterLink cluster, string batch)
    {
        int? from = (int)RequestQuery.Number(context.Request, "from", 0, int.MaxValue);
        int take = Math.Max(1, (int)RequestQuery.Number(context.Request, "take", DefaultTake, MaxTake));
        RunPhase? phase = RequestQuery.Phase(context.Request);
        var slides = new List<SlideDocument>();
        while (from is int next && slides.Count < take)
        {
            BatchSlides page = await cluster.QueryCoordinatorAsync<BatchSlides>(
                new GetBatchSlides(batch, next, Math.Min(take - slides.Count, GetRunStatuses.MaxRuns), (int?)phase), context.RequestAborted);
            slides.AddRange(page.Slides.Select(SlideDocument.Of));
            from = page.Next;
        }

        return TypedResults.Json(new SlideListDocument(slides, from), ApiJson.Default.SlideListDocument);
    }

    private static async Task<IResult> GetSlideAsync(HttpContext context, ClusterLink cluster, string batch, int entry)
    {
        BatchSlides page = await cluster.QueryCoordinatorAsync<BatchSlides>(new GetBatchSlides(batch, entry, 1, Phase: null), context.RequestAborted);
        return page.Slides.Count == 1 && page.Slides[0].Entry == entry
            ? TypedResults.Json(SlideDocument.Of(page.Slides[0]), ApiJson.Default.SlideDocument)
            : throw Unknown(FormattableString.Invariant($"slide {entry} of batch '{batch}'"));
    }

    private static async Task<BatchDocument> GetAsync(ClusterLink cluster, string batchId, CancellationToken cancellation)
    {
        Batches found = await cluster.QueryCoordinatorAsync<Batches>(new GetBatch(batchId), cancellation);
        return found.Items.Count == 1 ? BatchDocument.Of(found.Items[0]) : throw Unknown($"batch '{batchId}'");
    }

    private static string BatchOf(HttpContext context) => (string)context.GetRouteValue("batch")!;

    private static CellVitException Unknown(string what) => new(
        ErrorCode.WorkUnknown, $"There is no {what}.", "No such batch was submitted here, or it was finished so long ago that it is forgotten.", "GET /api/batches lists the batches.");
}
