using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Runs;

/// <content>
/// The run's facts: written, folded, stored whole now and then so that older ones can go, and deleted when nobody will ask again. A journal
/// that does not answer stops the entity; the coordinator starts it again, and what was not acknowledged is told again.
/// </content>
public sealed partial class SlideRunActor
{
    /// <summary>Who wants everything deleted, and the last event there was then; null before that, and once the run is started again.</summary>
    private (IActorRef Asker, long UpTo)? _forgetting;

    private long _askedUpTo;
    private long _storedUpTo;
    private bool _isResting;

    /// <inheritdoc/>
    public override string PersistenceId => $"run-{_runId}";

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        TellOutage(cause);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // The fact is not in the journal, so what waits for it must not be acknowledged.
        TellOutage(cause);
        base.OnPersistRejected(cause, @event, sequenceNr);
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        TellOutage(reason);
        base.OnRecoveryFailure(reason, message);
    }

    private void TellOutage(Exception cause)
    {
        _log.Error(cause, "The journal failed run {0}", _runId);
        _coordinator.Tell(new RunStalled(_runId, cause is StoreException unreadable
            ? FailureMessage.From(unreadable, unreadable.What)
            : new FailureMessage(
                ErrorCode.JournalUnavailable.Value,
                $"The journal refused to store or load the progress of slide '{Name}'.",
                $"{cause.GetType().Name}: {cause.Message}",
                "Free disk space or mend the database; it goes on from the finished tiles.")));
    }

    private void ReceiveJournal()
    {
        Recover<SnapshotOffer>(offer =>
        {
            _state = SlideRunState.From((SlideRunSnapshot)offer.Snapshot);
            _askedUpTo = _storedUpTo = offer.Metadata.SequenceNr;
        });
        Recover<IRunEvent>(fact => _state = _state.Apply(fact));
        Recover<UnreadableMessage>(fact => fact.StopRecovery(PersistenceId));
        Recover<RecoveryCompleted>(_ =>
        {
            _resumedTiles = _state.Outcomes.Count;
            LearnDeaths();
        });

        Command<RunFinishedAcknowledged>(_ => GoToRest());
        Command<ForgetRun>(Forget);
        Command<SaveSnapshotSuccess>(saved =>
        {
            _storedUpTo = saved.Metadata.SequenceNr;
            DeleteMessages(_storedUpTo);
        });
        // What could not be stored or deleted now is the next time.
        Command<SaveSnapshotFailure>(failure => OnNotShortened(failure.Cause));
        Command<DeleteMessagesSuccess>(deleted => DeleteSnapshots(NeedlessWithout(deleted.ToSequenceNr)));
        Command<DeleteMessagesFailure>(failure => OnNotShortened(failure.Cause));
        Command<DeleteSnapshotsSuccess>(OnShortened);
        Command<DeleteSnapshotsFailure>(failure => OnNotShortened(failure.Cause));
    }

    private void Reply(IReadOnlyList<IRunEvent> events, object answer)
    {
        IActorRef sender = Sender;
        Store(events, () =>
        {
            sender.Tell(answer);
            if (events.Count > 0)
            {
                Publish();
            }
        });
    }

    private void Store(IReadOnlyList<IRunEvent> events, Action then)
    {
        if (events.Count == 0)
        {
            then();
            return;
        }

        int left = events.Count;
        PersistAll(events, fact =>
        {
            Fold(fact);
            if (--left == 0)
            {
                KeepJournalShort();
                then();
            }
        });
    }

    /// <summary>Folds a fact that was journaled just now, and tells those who want to know.</summary>
    private void Fold(IRunEvent fact)
    {
        int profiles = _state.Profiles.Count;
        _state = _state.Apply(fact);
        switch (fact)
        {
            case TilesSettled settled:
                Measure(settled);
                break;
            case RunPublished published:
                _incidents.Report(IncidentKind.RunPublished, $"The {published.Publication.Cells} cells of slide {Name} are published.", _runId);
                break;
            case RunQuarantined quarantined:
                _incidents.Report(IncidentKind.RunQuarantined, $"Slide {Name} was given up: {quarantined.Failure.Text}", _runId);
                break;
            case RunCancelled:
                _incidents.Report(IncidentKind.RunCancelled, $"Slide {Name} was cancelled.", _runId);
                break;
        }

        if (profiles == 1 && _state.Profiles.Count > 1)
        {
            _incidents.Report(IncidentKind.ProfilesMixed, $"Slide {Name} is analyzed by workers of different numeric profiles: {string.Join(", ", _state.Profiles.Keys)}.", _runId);
        }
    }

    private void Measure(TilesSettled settled)
    {
        foreach (TileOutcome tile in settled.Tiles)
        {
            _troubles.Clear(tile.Tile);
            if (tile.Failure is not null)
            {
                _incidents.Report(IncidentKind.TileFailed, $"Tile {tile.Tile} of slide {Name} was given up: {tile.Failure.Text}", _runId);
                continue;
            }

            ClusterMeter.Area.Add(TileSquareMillimeters());
        }

        int failed = settled.Tiles.Count(tile => tile.Failure is not null);
        Count("settled", settled.Tiles.Count - failed);
        Count("failed", failed);
    }

    private void KeepJournalShort()
    {
        if (LastSequenceNr - _askedUpTo >= _options.SnapshotEvery)
        {
            Shorten();
        }
    }

    private void WakeUp()
    {
        _isResting = false;
        _forgetting = null;
    }

    /// <summary>The end of the run is in the coordinator's books: store the state whole, then leave the memory.</summary>
    private void GoToRest()
    {
        if (_state.Specification is null)
        {
            Leave();
        }
        else if (_state.IsFinished && !_isResting)
        {
            _isResting = true;
            if (LastSequenceNr == _storedUpTo)
            {
                // A crash may have come between storing and deleting.
                DeleteMessages(_storedUpTo);
            }
            else
            {
                Shorten();
            }
        }
    }

    private void Shorten()
    {
        _askedUpTo = LastSequenceNr;
        SaveSnapshot(_state.ToSnapshot());
    }

    /// <summary>
    /// Snapshots that go after the events up to a number: those before the one that holds these events, and that one too when everything is
    /// to be forgotten. Never later ones, which may be all that is left of a run that was started again since.
    /// </summary>
    private SnapshotSelectionCriteria NeedlessWithout(long upTo) => new(upTo == _forgetting?.UpTo ? upTo : upTo - 1);

    private void OnShortened(DeleteSnapshotsSuccess deleted)
    {
        if (_forgetting is (IActorRef asker, long upTo))
        {
            if (deleted.Criteria.MaxSequenceNr != upTo)
            {
                // A shortening that was asked for before everything was to go: the rest is still there.
                return;
            }

            asker.Tell(new RunForgotten(_runId));
        }

        if (_isResting)
        {
            Leave();
        }
    }

    private void OnNotShortened(Exception cause)
    {
        _log.Warning(cause, "The journal of run {0} could not be shortened", _runId);
        if (_isResting)
        {
            Leave();
        }
    }

    /// <summary>
    /// Deletes everything: the events, then the snapshots, since events mean nothing without what they follow. Nobody can tell how much of it
    /// is gone when a start comes in between. So the run knows nothing from here on, as if all of it were gone, and what it stores after that
    /// begins with <see cref="RunStarted"/>, which needs nothing before it.
    /// </summary>
    private void Forget(ForgetRun command)
    {
        if (_state.Specification is not null && !_state.IsFinished)
        {
            // It was submitted again since.
            return;
        }

        ForgetDeaths();
        _troubles.Clear();
        _stall.End();
        _state = SlideRunState.Empty;
        _resumedTiles = 0;
        _mergeAttempts = 0;
        _isResting = true;
        _forgetting = (Sender, LastSequenceNr);
        DeleteMessages(LastSequenceNr);
    }

    private void Leave()
    {
        Timers.CancelAll();
        Context.Parent.Tell(new Passivate(PoisonPill.Instance));
    }
}
