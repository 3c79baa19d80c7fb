using Akka.Event;
using Akka.Persistence;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Serialization;

namespace CellVitCluster.Cluster.Admission;

/// <content>The coordinator's facts: written, folded, stored whole now and then, and deleted when nobody can write behind them any more.</content>
public sealed partial class CoordinatorActor
{
    private readonly Queue<(long UpTo, DateTimeOffset At)> _stored = [];
    private long _storedUpTo;

    /// <inheritdoc/>
    public override string PersistenceId => "coordinator";

    private void ReceiveJournal()
    {
        Recover<SnapshotOffer>(offer =>
        {
            _state = CoordinatorState.From((CoordinatorSnapshot)offer.Snapshot);
            _storedUpTo = offer.Metadata.SequenceNr;
        });
        Recover<IAdmissionEvent>(fact => _state = _state.Apply(fact));
        Recover<UnreadableMessage>(fact => fact.StopRecovery(PersistenceId));
        Recover<RecoveryCompleted>(_ =>
        {
            _state = _state.Dated(Now);
            _incidents.Report(IncidentKind.TookOffice, $"The coordinator took up its work on {Akka.Cluster.Cluster.Get(Context.System).SelfAddress}.");
            Admit();
        });

        Command<SaveSnapshotSuccess>(saved =>
        {
            _stored.Enqueue((saved.Metadata.SequenceNr, _time.GetUtcNow()));
            DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
        });
        // What could not be stored or deleted is, with the next snapshot.
        Command<SaveSnapshotFailure>(failure => _log.Warning(failure.Cause, "The coordinator's state could not be stored"));
        Command<DeleteMessagesFailure>(failure => _log.Warning(failure.Cause, "Old events of the coordinator could not be deleted"));
        Command<DeleteSnapshotsFailure>(failure => _log.Warning(failure.Cause, "Old snapshots of the coordinator could not be deleted"));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteSnapshotsSuccess>(_ => { });
    }

    private void DeleteEvents()
    {
        long upTo = 0;
        while (_stored.TryPeek(out (long UpTo, DateTimeOffset At) state) && _time.GetUtcNow() - state.At >= _options.KeepEvents)
        {
            upTo = _stored.Dequeue().UpTo;
        }

        if (upTo > 0)
        {
            DeleteMessages(upTo);
        }
    }

    private void Store(IReadOnlyList<IAdmissionEvent> events, Action then)
    {
        if (events.Count == 0)
        {
            then();
            return;
        }

        int left = events.Count;
        PersistAll(events, fact =>
        {
            _state = _state.Apply(fact);
            if (--left > 0)
            {
                return;
            }

            if (LastSequenceNr - _storedUpTo >= _options.SnapshotEvery)
            {
                _storedUpTo = LastSequenceNr;
                SaveSnapshot(_state.ToSnapshot());
            }

            then();
        });
    }
}
