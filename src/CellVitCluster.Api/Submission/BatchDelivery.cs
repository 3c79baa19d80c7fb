using CellVitCluster.Api.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Api.Submission;

/// <summary>
/// Hands a batch to the coordinator, page by page. Stateless: the coordinator says how many slides it has, so that a delivery that broke off
/// is continued by whoever repeats the request, and two that repeat it at the same time do not disturb each other. Thread-safe.
/// </summary>
/// <param name="cluster">The coordinator.</param>
internal sealed class BatchDelivery(ClusterLink cluster)
{
    /// <summary>Delivers a batch; returns when its last page is journaled.</summary>
    /// <returns>Whether the batch was there before.</returns>
    /// <exception cref="CellVitException">
    /// Same id with another content, or the slides of a request that is continued have changed in between
    /// (<see cref="ErrorCode.BatchConflict"/>); or the coordinator does not answer (<see cref="ErrorCode.ServiceUnavailable"/>).
    /// </exception>
    public async Task<bool> DeliverAsync(OpenBatch batch, IReadOnlyList<BatchSlide> slides, CancellationToken cancellation)
    {
        BatchAccepted opened = await cluster.CommandCoordinatorAsync<BatchAccepted>(batch, cancellation);
        if (opened.Existed && opened.SlidesKnown < opened.SlideCount)
        {
            await CheckContinuationAsync(opened, slides, cancellation);
        }

        int known = opened.SlidesKnown;
        while (known < opened.SlideCount)
        {
            BatchAccepted reply = await cluster.CommandCoordinatorAsync<BatchAccepted>(SlidePages.Next(batch.BatchId, slides, known), cancellation);
            known = reply.SlidesKnown > known
                ? reply.SlidesKnown
                : throw new InvalidOperationException($"The coordinator took no slide of batch {batch.BatchId} beyond {known}.");
        }

        return opened.Existed;
    }

    /// <summary>A folder may have changed since the first part was delivered; what follows must be the rest of the same list.</summary>
    private async Task CheckContinuationAsync(BatchAccepted opened, IReadOnlyList<BatchSlide> slides, CancellationToken cancellation)
    {
        if (opened.SlideCount != slides.Count)
        {
            throw Changed(opened.BatchId);
        }

        int from = 0;
        while (from < opened.SlidesKnown)
        {
            BatchSlides page = await cluster.QueryCoordinatorAsync<BatchSlides>(
                new GetBatchSlides(opened.BatchId, from, GetRunStatuses.MaxRuns, Phase: null), cancellation);
            if (page.Slides.Any(slide => slides[slide.Entry].Path != slide.Path))
            {
                throw Changed(opened.BatchId);
            }

            if (page.Next is not int next)
            {
                return;
            }

            from = next;
        }
    }

    private static CellVitException Changed(string batchId) => new(
        ErrorCode.BatchConflict,
        $"The delivery of batch {batchId} cannot be continued.",
        "The folders or lists that the request names hold other slides than when it was first sent.",
        "Cancel that batch, and send the request with a new Idempotency-Key.");
}
