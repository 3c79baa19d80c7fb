using System.Collections.Frozen;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.Cluster.Serialization;

/// <summary>
/// Short, stable names of all messages and events. A name is never given to another shape: a breaking change gets a new name, and the old
/// record stays readable.
/// </summary>
public static class MessageManifests
{
    /// <summary>Name to type. Letter: a admission, d dispatch, m merging, r run commands, e run events, w worker.</summary>
    public static FrozenDictionary<string, Type> Types { get; } = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["a1"] = typeof(SubmitRun),
        ["a2"] = typeof(RunAdmitted),
        ["a3"] = typeof(GetRunStatuses),
        ["a4"] = typeof(RunStatuses),
        ["a5"] = typeof(RunSubmitted),
        ["a6"] = typeof(RunSettled),
        ["d1"] = typeof(OfferWork),
        ["d2"] = typeof(WithdrawOffer),
        ["d3"] = typeof(RequestWork),
        ["d4"] = typeof(WorkGrant),
        ["e1"] = typeof(RunStarted),
        ["e2"] = typeof(RunPlanned),
        ["e3"] = typeof(TilesSettled),
        ["e4"] = typeof(TilesLost),
        ["e5"] = typeof(RunPublished),
        ["e6"] = typeof(RunQuarantined),
        ["e7"] = typeof(RunResubmitted),
        ["m1"] = typeof(MergeRun),
        ["m2"] = typeof(GetSettledTiles),
        ["m3"] = typeof(SettledTiles),
        ["m4"] = typeof(MergeFinished),
        ["m5"] = typeof(MergeFailed),
        ["m6"] = typeof(MergeAcknowledged),
        ["r1"] = typeof(StartRun),
        ["r2"] = typeof(RunProgress),
        ["r3"] = typeof(RunFinished),
        ["r4"] = typeof(RunFinishedAcknowledged),
        ["r5"] = typeof(RunStalled),
        ["w1"] = typeof(SurveyCompleted),
        ["w2"] = typeof(SurveyFailed),
        ["w3"] = typeof(TileAnalyzed),
        ["w4"] = typeof(TileFailed),
        ["w5"] = typeof(WorkAcknowledged),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Type to name.</summary>
    public static FrozenDictionary<Type, string> Names { get; } = Types.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
}
