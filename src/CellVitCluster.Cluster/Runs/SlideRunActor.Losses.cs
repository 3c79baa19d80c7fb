using Akka.Actor;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Runs;

/// <content>Workers that died over the slide: which tile is to blame, and when the tile or the slide is given up.</content>
public sealed partial class SlideRunActor
{
    private bool _isLearning;

    /// <summary>Reads of workers that died with the process that kept these books. Until they are known nothing is offered.</summary>
    private void LearnDeaths()
    {
        if (_isNodeAlive is Func<int, bool> isAlive && _state is { Specification: RunSpecification run, IsFinished: false })
        {
            _isLearning = true;
            int submission = _state.Submission;
            _ = Task.Run(() => BegunRecord.ReadDeaths(run, isAlive)).PipeTo(
                Self, success: deaths => new PastDeaths(deaths, submission), failure: _ => new PastDeaths([], submission));
        }
    }

    private void OnPastDeaths(PastDeaths past)
    {
        _isLearning = false;
        foreach (WorkerLost death in past.Submission == _state.Submission ? past.Deaths : [])
        {
            OnWorkerLost(death);
        }

        Publish();
    }

    private void ForgetDeaths()
    {
        if (_isNodeAlive is Func<int, bool> isAlive && _state.Specification is RunSpecification run)
        {
            _ = Task.Run(() => BegunRecord.Forget(run, isAlive));
        }
    }

    private void OnWorkerLost(WorkerLost command)
    {
        int[] begun = [.. command.Tiles.Where(IsUnderWay)];
        if (begun.Length == 0)
        {
            return;
        }

        string what = begun[0] == WorkGrant.Survey ? $"The survey of slide {Name}" : $"Tile {string.Join(", ", begun)} of slide {Name}";
        _incidents.Report(IncidentKind.TileRetried, $"{what} was begun by worker {command.WorkerId} when it was lost.", _runId, command.WorkerId);
        foreach (int tile in begun)
        {
            if (_troubles.Strike(tile, command.WorkerId, command.Alone) is IReadOnlyList<string> killed)
            {
                GiveUp(tile, killed);
            }
        }

        if (_state.Phase == RunPhase.Running && _troubles.IsSlideDeadly)
        {
            Store([new RunQuarantined(Deadly($"Slide '{Name}' could not be analyzed.", _troubles.KilledAlone))], Publish);
            return;
        }

        Commit();
    }

    private bool IsUnderWay(int tile) =>
        tile == WorkGrant.Survey ? _state.Phase == RunPhase.Surveying : _state.Phase == RunPhase.Running && !_state.IsSettled(tile);

    private void GiveUp(int tile, IReadOnlyCollection<string> killed)
    {
        if (tile == WorkGrant.Survey)
        {
            Store([new RunQuarantined(Deadly($"Slide '{Name}' could not be surveyed.", killed))], Publish);
        }
        else
        {
            _arrived.Add((Failed(tile, Deadly($"Tile {tile} of slide '{Name}' could not be analyzed.", killed)), null));
        }
    }

    private static FailureMessage Deadly(string what, IReadOnlyCollection<string> killed) => new(
        ErrorCode.Unexpected.Value,
        what,
        $"It took {killed.Count} workers down that had begun nothing else: {string.Join(", ", killed)}.",
        "Look at the log files of these workers; the slide may be damaged in a way that crashes its decoder.");

    private sealed record PastDeaths(IReadOnlyList<WorkerLost> Deaths, int Submission) : INoSerializationVerificationNeeded;
}
