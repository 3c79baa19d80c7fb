using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Ports;

namespace CellVitCluster.Cluster.Merging;

/// <summary>
/// Merges one slide while its tiles come in: pulls the list of settled tiles from the run and feeds it to a <see cref="MergeJob"/> that
/// works off the actor. Sharded, soft state: after a crash another merger starts again from the tile files.
/// </summary>
public sealed class SlideMergerActor : ReceiveActor
{
    private readonly IActorRef _runs;
    private readonly MergeOptions _options;
    private readonly ITokenClassifierLoader? _classifiers;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IncidentLog _incidents;
    private MergeRun? _command;
    private Channel<TileOutcome>? _settled;
    private CancellationTokenSource? _cancellation;
    private MergeFinished? _finished;
    private int _next;

    /// <summary>Creates the entity of a run.</summary>
    /// <param name="runs">Shard region of the runs.</param>
    /// <param name="operations">Proxy of the operations singleton.</param>
    /// <param name="options">Limits.</param>
    /// <param name="classifiers">Loads the token classifiers of runs that have some; null on a node that cannot classify.</param>
    /// <param name="time">Clock.</param>
    public SlideMergerActor(IActorRef runs, IActorRef operations, MergeOptions options, ITokenClassifierLoader? classifiers, TimeProvider time)
    {
        _runs = runs;
        _options = options;
        _classifiers = classifiers;
        _time = time;
        _incidents = new IncidentLog(operations, _log, time);

        Receive<MergeRun>(Merge);
        Receive<SettledTiles>(Feed);
        Receive<JobDone>(done =>
        {
            _finished = new MergeFinished(_command!.RunId, done.Publication);
            _runs.Tell(_finished);
        });
        Receive<Status.Failure>(failure => Fail(failure.Cause));
        Receive<MergeAcknowledged>(_ => Rest());
    }

    /// <inheritdoc/>
    protected override void PostStop() => Abandon();

    private void Merge(MergeRun command)
    {
        if (_finished is not null)
        {
            _runs.Tell(_finished);
            return;
        }

        _command = command;
        if (_settled is null)
        {
            _next = 0;
            _settled = Channel.CreateUnbounded<TileOutcome>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
            _cancellation = new CancellationTokenSource();
            var job = new MergeJob(command, _classifiers, _time);
            ChannelReader<TileOutcome> reader = _settled.Reader;
            CancellationToken token = _cancellation.Token;
            Task.Run(() => job.RunAsync(reader, token), token).PipeTo(Self, success: publication => new JobDone(publication));
        }

        Pull();
    }

    private void Pull() => _runs.Tell(new GetSettledTiles(_command!.RunId, _next));

    private void Feed(SettledTiles page)
    {
        if (_settled is null || page.From != _next)
        {
            return;
        }

        foreach (TileOutcome tile in page.Tiles)
        {
            _settled.Writer.TryWrite(tile);
        }

        _next += page.Tiles.Count;
        if (page.Complete)
        {
            _settled.Writer.TryComplete();
        }
        else if (page.Tiles.Count == SettledTiles.PageSize)
        {
            Pull();
        }
    }

    private void Fail(Exception cause)
    {
        if (_command is null || _settled is null)
        {
            return;
        }

        _log.Warning(cause, "Merging slide {0} failed", _command.Specification.Name);
        _incidents.Report(IncidentKind.MergeRetried, $"Merging slide {_command.Specification.Name} failed: {cause.Message}", _command.RunId);
        _runs.Tell(new MergeFailed(
            _command.RunId,
            FailureMessage.From(cause, $"The cells of slide '{_command.Specification.Name}' could not be merged."),
            cause is LostTilesException lost ? lost.Tiles : []));
        Abandon();
    }

    private void Rest()
    {
        if (_options.RemoveTileResults && _command is not null && _finished is not null)
        {
            RunSpecification specification = _command.Specification;
            Task.Run(() => MergeJob.RemoveTileResults(specification)).PipeTo(ActorRefs.Nobody);
        }

        Context.Parent.Tell(new Passivate(PoisonPill.Instance));
    }

    private void Abandon()
    {
        _settled?.Writer.TryComplete();
        _settled = null;
        _cancellation?.Cancel();
        _cancellation?.Dispose();
        _cancellation = null;
    }

    private sealed record JobDone(Publication Publication) : INoSerializationVerificationNeeded;
}
