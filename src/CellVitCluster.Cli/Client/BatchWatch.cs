using CellVitCluster.Api.Work;
using CellVitCluster.Cli.Output;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cli.Client;

/// <summary>Follows a batch to its end, with the same display as <c>run</c>. The batch does not depend on it: it may be interrupted at any time.</summary>
/// <param name="service">The service.</param>
/// <param name="batchId">The batch.</param>
/// <param name="time">Clock.</param>
internal sealed class BatchWatch(ServiceClient service, string batchId, TimeProvider time)
{
    private const int PageSize = 500;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly List<SlideDocument> _slides = [];
    private readonly List<SlideProgress> _progress = [];
    private int _settled;

    /// <summary>Watches, prints the summary, and tells how it ended.</summary>
    /// <param name="json">Print a document on standard output as well.</param>
    /// <param name="cancellation">Stops watching; the batch goes on.</param>
    /// <returns>Exit code, as of <c>run</c>.</returns>
    public async Task<int> RunAsync(bool json, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        BatchDocument batch = await service.GetBatchAsync(batchId, cancellation);
        await ReadSlidesAsync(everything: true, cancellation);
        var display = new ProgressDisplay(_progress, time);
        await display.ShowAsync(async refresh => batch = await FollowAsync(batch, refresh, cancellation));

        SlideReport[] slides = [.. _slides.Select(SlideReports.Of)];
        SummaryTable.Print(new RunReport(batch.Output, string.Empty, time.GetElapsedTime(start).TotalSeconds, 0, 0, 0, slides));
        if (json)
        {
            Terminal.Results.WriteLine(System.Text.Json.JsonSerializer.Serialize(new WatchReport(batch, slides), CliJson.Default.WatchReport));
        }

        return batch.Published == batch.Slides ? ExitCodes.Done : ExitCodes.SomeSlidesFailed;
    }

    private static bool IsEnded(string phase) =>
        PhaseName.Parse(phase) is RunPhase.Published or RunPhase.Quarantined or RunPhase.Cancelled;

    private async Task<BatchDocument> FollowAsync(BatchDocument batch, Action refresh, CancellationToken cancellation)
    {
        while (true)
        {
            refresh();
            if (batch is { Complete: true, Waiting: 0, Active: 0 })
            {
                await ReadSlidesAsync(everything: true, cancellation);
                refresh();
                return batch;
            }

            await Task.Delay(PollInterval, time, cancellation);
            batch = await service.GetBatchAsync(batchId, cancellation);
            await ReadSlidesAsync(everything: false, cancellation);
        }
    }

    /// <summary>Reads the slides that may have changed: from the first that has not ended, and, in a long batch, not on to those that all wait.</summary>
    private async Task ReadSlidesAsync(bool everything, CancellationToken cancellation)
    {
        int? from = everything ? 0 : _settled;
        while (from is int next)
        {
            SlideListDocument page = await service.ListSlidesAsync(batchId, next, PageSize, cancellation);
            foreach (SlideDocument slide in page.Slides)
            {
                Keep(slide);
            }

            from = everything || page.Slides.Any(slide => PhaseName.Parse(slide.Phase) != RunPhase.Waiting) ? page.Next : null;
        }

        while (_settled < _slides.Count && IsEnded(_slides[_settled].Phase))
        {
            _settled++;
        }
    }

    private void Keep(SlideDocument slide)
    {
        if (slide.Entry == _slides.Count)
        {
            _slides.Add(slide);
            _progress.Add(new SlideProgress(slide.Run?.Name ?? Path.GetFileNameWithoutExtension(slide.Path), time));
        }

        _slides[slide.Entry] = slide;
        _progress[slide.Entry].Update(slide.ToStatus());
    }
}
