using System.Collections.Concurrent;
using Akka.Actor;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.ClusterTests.Api;

/// <summary>What a stand-in for the coordinator remembers beyond its own life, and how badly it behaves.</summary>
internal sealed class CoordinatorScript
{
    /// <summary>Batches as they were opened, with the slides that arrived.</summary>
    public ConcurrentDictionary<string, (OpenBatch Opening, List<BatchSlide> Slides)> Batches { get; } = new(StringComparer.Ordinal);

    /// <summary>Commands in the order of their arrival.</summary>
    public ConcurrentQueue<object> Commands { get; } = [];

    /// <summary>Whether a message is carried out but never answered, as by a coordinator that dies in between. Gets its number, from 1.</summary>
    public Func<int, object, bool> LosesAnswer { get; set; } = (_, _) => false;

    /// <summary>Stand-in for the coordinator: the protocol of batches without journal and runs.</summary>
    public sealed class Actor : ReceiveActor
    {
        public Actor(CoordinatorScript script)
        {
            int number = 0;
            ReceiveAny(message =>
            {
                number++;
                object reply = script.Answer(message);
                if (!script.LosesAnswer(number, message))
                {
                    Sender.Tell(reply);
                }
            });
        }
    }

    private object Answer(object message)
    {
        if (message is OpenBatch or AddSlides or CancelWork or RetryWork or PrioritizeWork)
        {
            Commands.Enqueue(message);
        }

        return message switch
        {
            OpenBatch open => Open(open),
            AddSlides page => Add(page),
            GetBatch query => new Batches([.. Batches.Values.Where(b => b.Opening.BatchId == query.BatchId).Select(b => Status(b.Opening, b.Slides))], Batches.Count),
            GetBatches query => new Batches([.. Batches.Values.OrderBy(b => b.Opening.BatchId, StringComparer.Ordinal).Skip(query.Skip).Take(query.Take).Select(b => Status(b.Opening, b.Slides))], Batches.Count),
            GetBatchSlides query => List(query),
            GetRunStatuses => new RunStatuses([]),
            CancelWork or RetryWork or PrioritizeWork => new WorkChanged(1),
            _ => new object(),
        };
    }

    private object Open(OpenBatch open)
    {
        if (Batches.TryAdd(open.BatchId, (open, [])))
        {
            return new BatchAccepted(open.BatchId, 0, open.SlideCount, Existed: false);
        }

        (OpenBatch known, List<BatchSlide> slides) = Batches[open.BatchId];
        return known.ContentDigest == open.ContentDigest
            ? new BatchAccepted(open.BatchId, slides.Count, known.SlideCount, Existed: true)
            : new WorkRejected(new FailureMessage(ErrorCode.BatchConflict.Value, "Refused.", "Other content.", "Another key."));
    }

    private object Add(AddSlides page)
    {
        (OpenBatch opening, List<BatchSlide> slides) = Batches[page.BatchId];
        page.Slides.Count.ShouldBeInRange(1, AddSlides.MaxSlides);
        if (page.From > slides.Count)
        {
            return new WorkRejected(new FailureMessage(ErrorCode.BatchConflict.Value, "Refused.", "A gap.", "Go back."));
        }

        slides.AddRange(page.Slides.Skip(slides.Count - page.From));
        return new BatchAccepted(page.BatchId, slides.Count, opening.SlideCount, Existed: false);
    }

    private BatchSlides List(GetBatchSlides query)
    {
        List<BatchSlide> slides = Batches[query.BatchId].Slides;
        int end = Math.Min(query.From + query.Take, slides.Count);
        return new BatchSlides(
            [.. Enumerable.Range(query.From, Math.Max(0, end - query.From)).Select(n => new BatchSlideStatus(n, slides[n].Path, RunPhase.Waiting, null, null))],
            end < slides.Count ? end : null);
    }

    private static BatchStatus Status(OpenBatch open, List<BatchSlide> slides) => new(
        open.BatchId, open.Submitter, open.Label, open.Priority, 0, open.SlideCount, open.SlideCount, 0, 0, 0, 0, open.Template.OutputDirectory)
    {
        Complete = slides.Count == open.SlideCount,
    };
}
