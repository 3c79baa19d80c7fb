using Akka.Actor;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.Cluster.Runs;

/// <content>What the run tells coordinator, dispatcher and merger with every tick.</content>
public sealed partial class SlideRunActor
{
    /// <summary>Tells everyone what they need to go on; repeated with every tick, so that no lost message stops a run.</summary>
    private void Publish()
    {
        if (_state.Specification is not RunSpecification specification || _isResting || _isLearning)
        {
            return;
        }

        if (_state.IsFinished)
        {
            _stall.End();
        }
        else if (_stall.Expire())
        {
            _incidents.Report(IncidentKind.RunResumed, $"Slide {Name} gets on again.", _runId);
        }

        _coordinator.Tell(Progress(specification));
        switch (_state.Phase)
        {
            case RunPhase.Surveying or RunPhase.Running or RunPhase.Merging when _stall.IsResting:
                _dispatcher.Tell(new WithdrawOffer(_runId));
                break;
            case RunPhase.Surveying:
                _dispatcher.Tell(Offer(specification));
                break;
            case RunPhase.Running:
                _dispatcher.Tell(Offer(specification));
                _mergers.Tell(Merge(specification));
                break;
            case RunPhase.Merging:
                // Every tile is settled: a worker that still has one, because another was cut off with it, would compute it for nothing.
                _dispatcher.Tell(new WithdrawOffer(_runId) { Revoke = true });
                _mergers.Tell(Merge(specification));
                break;
            default:
                PublishEnd();
                break;
        }
    }

    private void PublishEnd()
    {
        bool given = _state.Phase != RunPhase.Published;
        _dispatcher.Tell(new WithdrawOffer(_runId) { Revoke = given, Published = !given });
        if (!given)
        {
            _mergers.Tell(new MergeAcknowledged(_runId) { Submission = _state.Submission });
        }
        else if (_state.Plan is not null)
        {
            _mergers.Tell(new AbandonMerge(_runId));
        }

        _coordinator.Tell(new RunFinished(_runId, _state.Submission, _state.Publication, _state.Failure) { Cancelled = _state.Phase == RunPhase.Cancelled });
    }

    private MergeRun Merge(RunSpecification specification) => new(specification, _state.Slide!, _state.Plan!) { Submission = _state.Submission };

    private OfferWork Offer(RunSpecification specification) => new(specification, _state.Plan?.Grid, _state.PendingBitmap())
    {
        Priority = _priority,
        Submitter = _submitter,
        Profile = _state.MainProfile,
        Suspects = _troubles.Suspects(),
    };

    private RunProgress Progress(RunSpecification specification) => new(
        specification.RunId,
        _state.Phase,
        _state.TileCount,
        _state.Outcomes.Count - _state.FailedTiles,
        _state.FailedTiles,
        Math.Min(_resumedTiles, _state.Outcomes.Count),
        _state.CellsSeen,
        TileSquareMillimeters(),
        _state.Seconds)
    {
        Priority = _priority,
        Stall = _stall.Reason,
    };
}
