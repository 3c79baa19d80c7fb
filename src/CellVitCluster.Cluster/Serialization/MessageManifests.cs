using System.Collections.Frozen;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.Cluster.Serialization;

/// <summary>
/// Short, stable names of all messages and events. A name is never given to another shape: a breaking change gets a new name, and the old
/// record stays readable.
/// </summary>
public static class MessageManifests
{
    /// <summary>Name to type. Letter: a admission, b batch events, d dispatch, e run events, m merging, n handshake, o operations, r run commands, s snapshots, w worker.</summary>
    public static FrozenDictionary<string, Type> Types { get; } = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["a1"] = typeof(SubmitRun),
        ["a2"] = typeof(RunAdmitted),
        ["a3"] = typeof(GetRunStatuses),
        ["a4"] = typeof(RunStatuses),
        ["a5"] = typeof(RunSubmitted),
        ["a6"] = typeof(RunSettled),
        ["a7"] = typeof(OpenBatch),
        ["a8"] = typeof(AddSlides),
        ["a9"] = typeof(BatchAccepted),
        ["aa"] = typeof(WorkRejected),
        ["ab"] = typeof(CancelWork),
        ["ac"] = typeof(RetryWork),
        ["ad"] = typeof(PrioritizeWork),
        ["ae"] = typeof(WorkChanged),
        ["af"] = typeof(GetBatches),
        ["ag"] = typeof(GetBatch),
        ["ah"] = typeof(Batches),
        ["ai"] = typeof(GetBatchSlides),
        ["aj"] = typeof(BatchSlides),
        ["b1"] = typeof(BatchOpened),
        ["b2"] = typeof(BatchSlidesListed),
        ["b3"] = typeof(SlideRefused),
        ["b4"] = typeof(WorkCancelled),
        ["b5"] = typeof(WorkRetried),
        ["b6"] = typeof(WorkPrioritized),
        ["b7"] = typeof(WorkForgotten),
        ["d1"] = typeof(OfferWork),
        ["d2"] = typeof(WithdrawOffer),
        ["d3"] = typeof(RequestWork),
        ["d4"] = typeof(WorkGrant),
        ["d5"] = typeof(RevokeWork),
        ["d6"] = typeof(WorkerLost),
        ["d7"] = typeof(OfferUnservable),
        ["d8"] = typeof(GetWorkers),
        ["d9"] = typeof(Dispatch.Workers),
        ["e1"] = typeof(RunStarted),
        ["e2"] = typeof(RunPlanned),
        ["e3"] = typeof(TilesSettled),
        ["e4"] = typeof(TilesLost),
        ["e5"] = typeof(RunPublished),
        ["e6"] = typeof(RunQuarantined),
        ["e7"] = typeof(RunResubmitted),
        ["e8"] = typeof(PublicationAllowed),
        ["e9"] = typeof(RunCancelled),
        ["m1"] = typeof(MergeRun),
        ["m2"] = typeof(GetSettledTiles),
        ["m3"] = typeof(SettledTiles),
        ["m4"] = typeof(MergeFinished),
        ["m5"] = typeof(MergeFailed),
        ["m6"] = typeof(MergeAcknowledged),
        ["m7"] = typeof(RequestPublication),
        ["m8"] = typeof(PublicationAnswered),
        ["m9"] = typeof(AbandonMerge),
        ["n1"] = typeof(IntroduceNode),
        ["n2"] = typeof(NodeIntroduced),
        ["o1"] = typeof(Incident),
        ["o2"] = typeof(GetIncidents),
        ["o3"] = typeof(Incidents),
        ["r1"] = typeof(StartRun),
        ["r2"] = typeof(RunProgress),
        ["r3"] = typeof(RunFinished),
        ["r4"] = typeof(RunFinishedAcknowledged),
        ["r5"] = typeof(RunStalled),
        ["r6"] = typeof(CancelRun),
        ["r7"] = typeof(ForgetRun),
        ["r8"] = typeof(RunForgotten),
        ["s1"] = typeof(CoordinatorSnapshot),
        ["s2"] = typeof(SlideRunSnapshot),
        ["w1"] = typeof(SurveyCompleted),
        ["w2"] = typeof(SurveyFailed),
        ["w3"] = typeof(TileAnalyzed),
        ["w4"] = typeof(TileFailed),
        ["w5"] = typeof(WorkAcknowledged),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Type to name.</summary>
    public static FrozenDictionary<Type, string> Names { get; } = Types.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
}
