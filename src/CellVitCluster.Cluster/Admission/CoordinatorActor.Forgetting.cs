using Akka.Actor;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <content>
/// Work that ended long ago: its journals and folders go first, then the coordinator forgets it. That can take minutes when much is old at
/// once, so every step looks again whether nobody has wanted the run since.
/// </content>
public sealed partial class CoordinatorActor
{
    private readonly HashSet<string> _forgetting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _forgotten = new(StringComparer.Ordinal);
    private DateTimeOffset _forgotAt;

    private long RetainedSince => (_time.GetUtcNow() - _options.Retention).ToUnixTimeMilliseconds();

    /// <summary>Lets old runs delete their journals, and forgets those that have, together with their batches.</summary>
    private void Forget()
    {
        long before = RetainedSince;
        if (_forgotten.Count > 0)
        {
            string[] gone = [.. _forgotten.Where(id => _state.IsForgettable(id, before))];
            _forgetting.ExceptWith(_forgotten);
            _forgotten.Clear();
            _statuses.Forget(gone);
            Store(gone.Length == 0 ? [] : [new WorkForgotten(gone, [])], Forget);
            return;
        }

        _forgetting.RemoveWhere(id => !_state.IsForgettable(id, before));
        if (_forgetting.Count == 0 && _time.GetUtcNow() - _forgotAt >= _options.RetentionCheckInterval)
        {
            _forgotAt = _time.GetUtcNow();
            _forgetting.UnionWith(_state.ForgettableRuns(before).Select(run => run.RunId));
            string[] batches = [.. _state.ForgettableBatches(before)];
            if (batches.Length > 0)
            {
                Store([new WorkForgotten([], batches)], () => { });
            }
        }

        foreach (string runId in _forgetting.Take(MaxWakened))
        {
            _runs.Tell(new ForgetRun(runId));
        }
    }

    private void OnForgotten(RunForgotten message)
    {
        if (_forgetting.Contains(message.RunId) && _state.IsForgettable(message.RunId, RetainedSince))
        {
            string runId = message.RunId;
            string folder = _state.Runs[runId].Specification.WorkDirectory;
            _ = Task.Run(() => RemoveWork(folder)).PipeTo(Self, success: () => new WorkRemoved(runId), failure: _ => new WorkRemoved(runId));
        }
    }

    private static void RemoveWork(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing there, which is the rule, or left behind for the operator; nothing depends on it.
        }
    }

    private sealed record WorkRemoved(string RunId) : INoSerializationVerificationNeeded;
}
