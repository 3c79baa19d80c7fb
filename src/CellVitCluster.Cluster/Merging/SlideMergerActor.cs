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
/// works off the actor; publishes only with the run's permission. Sharded, soft state: after a crash another merger starts again from the
/// tile files. Everything is repeated whenever the run repeats its command.
/// </summary>
public sealed class SlideMergerActor : ReceiveActor
{
    private readonly IActorRef _runs;
    private readonly MergeOptions _options;
    private readonly MergeSlots _slots;
    private readonly ITokenClassifierLoader? _classifiers;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IncidentLog _incidents;
    private Attempt? _attempt;
    private RunSpecification? _specification;
    private MergeFinished? _finished;
    private int? _submission;

    /// <summary>Creates the entity of a run.</summary>
    /// <param name="runs">Shard region of the runs.</param>
    /// <param name="operations">Proxy of the operations singleton.</param>
    /// <param name="options">Limits.</param>
    /// <param name="slots">Turns of the merges of this node.</param>
    /// <param name="classifiers">Loads the token classifiers of runs that have some; null on a node that cannot classify.</param>
    /// <param name="time">Clock.</param>
    public SlideMergerActor(
        IActorRef runs, IActorRef operations, MergeOptions options, MergeSlots slots, ITokenClassifierLoader? classifiers, TimeProvider time)
    {
        _runs = runs;
        _options = options;
        _slots = slots;
        _classifiers = classifiers;
        _time = time;
        _incidents = new IncidentLog(operations, _log, time);

        Receive<MergeRun>(Merge);
        Receive<SettledTiles>(Feed);
        Receive<StoreSealed>(message => WithAttempt(message.Token, attempt =>
        {
            attempt.IsSealed = true;
            AskForPermission(attempt);
        }));
        Receive<PublicationAnswered>(answer => WithAttempt(answer.Token, attempt => attempt.Permission.TrySetResult(answer.Granted)));
        Receive<JobDone>(done => WithAttempt(done.Token, _ => OnDone(done.Publication)));
        Receive<JobFailed>(failed => WithAttempt(failed.Token, attempt => Fail(attempt, failed.Cause)));
        Receive<MergeAcknowledged>(Rest);
        Receive<AbandonMerge>(_ => Abandon());
    }

    /// <inheritdoc/>
    protected override void PostStop() => _attempt?.Stop();

    private void Merge(MergeRun command)
    {
        if (command.Submission is not null && _submission is not null && command.Submission != _submission)
        {
            // What belongs to an earlier submission is not this one's, even if that one never heard of it.
            if (_finished is not null && _specification!.WorkDirectory != command.Specification.WorkDirectory)
            {
                RemoveWork(_specification);
            }

            End();
            _finished = null;
        }

        _specification = command.Specification;
        _submission = command.Submission;
        if (_finished is not null)
        {
            _runs.Tell(_finished);
            return;
        }

        if (_attempt is null)
        {
            _attempt = new Attempt(command.RunId, command.Submission);
            Begin(command, _attempt);
        }

        if (_attempt.IsSealed)
        {
            AskForPermission(_attempt);
        }
        else
        {
            Pull(_attempt);
        }
    }

    private void Begin(MergeRun command, Attempt attempt)
    {
        IActorRef self = Self;
        var job = new MergeJob(command, attempt.Token, _slots, _classifiers, _time);
        CancellationToken cancellation = attempt.Cancellation;
        ChannelReader<TileOutcome> settled = attempt.Settled.Reader;
        Task.Run(() => job.RunAsync(settled, Permission, cancellation), cancellation)
            .PipeTo(
                Self,
                success: publication => new JobDone(attempt.Token, publication),
                failure: cause => new JobFailed(attempt.Token, cause));

        Task<bool> Permission()
        {
            self.Tell(new StoreSealed(attempt.Token));
            return attempt.Permission.Task.WaitAsync(cancellation);
        }
    }

    private void WithAttempt(string token, Action<Attempt> then)
    {
        // Words about an attempt that was given up come too late.
        if (_attempt is not null && _attempt.Token == token)
        {
            then(_attempt);
        }
    }

    private void AskForPermission(Attempt attempt) => _runs.Tell(new RequestPublication(attempt.RunId, attempt.Token) { Submission = attempt.Submission });

    private void Pull(Attempt attempt) => _runs.Tell(new GetSettledTiles(attempt.RunId, attempt.Next));

    private void Feed(SettledTiles page)
    {
        if (_attempt is null || page.From != _attempt.Next)
        {
            return;
        }

        foreach (TileOutcome tile in page.Tiles)
        {
            _attempt.Settled.Writer.TryWrite(tile);
        }

        _attempt.Next += page.Tiles.Count;
        if (page.Complete)
        {
            _attempt.Settled.Writer.TryComplete();
        }
        else if (page.Tiles.Count == SettledTiles.PageSize)
        {
            Pull(_attempt);
        }
    }

    private void OnDone(Publication? publication)
    {
        Attempt attempt = _attempt!;
        End();
        if (publication is null)
        {
            _log.Info("Merging slide {0} ended without a store: the run does not want this one", _specification?.Name);
            Leave();
            return;
        }

        _finished = new MergeFinished(attempt.RunId, publication) { Submission = attempt.Submission };
        _runs.Tell(_finished);
    }

    private void Fail(Attempt attempt, Exception cause)
    {
        string name = _specification?.Name ?? attempt.RunId;
        _log.Warning(cause, "Merging slide {0} failed", name);
        _incidents.Report(IncidentKind.MergeRetried, $"Merging slide {name} failed: {cause.Message}", attempt.RunId);
        _runs.Tell(new MergeFailed(
            attempt.RunId,
            FailureMessage.From(cause, $"The cells of slide '{name}' could not be merged."),
            cause is LostTilesException lost ? lost.Tiles : [])
        {
            Submission = attempt.Submission,
        });
        End();
    }

    private void Rest(MergeAcknowledged acknowledged)
    {
        if (acknowledged.Submission is not null && _submission is not null && acknowledged.Submission != _submission)
        {
            return;
        }

        if (_specification is RunSpecification specification && _finished is not null)
        {
            // Told again: once is enough.
            _finished = null;
            RemoveWork(specification);
        }

        Leave();
    }

    private void RemoveWork(RunSpecification specification)
    {
        Action remove = _options.RemoveTileResults ? () => MergeFolders.RemoveWork(specification) : () => MergeFolders.RemoveAttempts(specification);
        Task.Run(remove).PipeTo(ActorRefs.Nobody);
    }

    private void Abandon()
    {
        End();
        _finished = null;
        Leave();
    }

    private void End()
    {
        _attempt?.Stop();
        _attempt = null;
    }

    private void Leave() => Context.Parent.Tell(new Passivate(PoisonPill.Instance));

    /// <summary>One attempt to build the store, from the first tile to the publication. Belongs to the actor.</summary>
    private sealed class Attempt(string runId, int? submission)
    {
        private readonly CancellationTokenSource _cancellation = new();

        public string RunId { get; } = runId;

        public int? Submission { get; } = submission;

        public string Token { get; } = Guid.NewGuid().ToString("N");

        public CancellationToken Cancellation => _cancellation.Token;

        public Channel<TileOutcome> Settled { get; } =
            Channel.CreateUnbounded<TileOutcome>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

        public TaskCompletionSource<bool> Permission { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Next { get; set; }

        public bool IsSealed { get; set; }

        /// <summary>Stops the job, which removes its folder. The source is not disposed: the job may still look at its token.</summary>
        public void Stop()
        {
            _cancellation.Cancel();
            Settled.Writer.TryComplete();
        }
    }

    private sealed record StoreSealed(string Token) : INoSerializationVerificationNeeded;

    private sealed record JobDone(string Token, Publication? Publication) : INoSerializationVerificationNeeded;

    private sealed record JobFailed(string Token, Exception Cause) : INoSerializationVerificationNeeded;
}
