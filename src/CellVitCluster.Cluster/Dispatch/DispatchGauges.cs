using CellVitCluster.Cluster.Operations;

namespace CellVitCluster.Cluster.Dispatch;

/// <summary>
/// What the dispatcher of this node's cluster sees, for the meter; 0 on nodes where it is not in office. Written by the dispatcher, read by
/// the collector's thread.
/// </summary>
internal static class DispatchGauges
{
    private static long _tiles;
    private static long _workers;

    static DispatchGauges()
    {
        ClusterMeter.Gauge("cellvit.queue.tiles", "{tile}", "Tiles and surveys that are offered and not settled.", () => Volatile.Read(ref _tiles));
        ClusterMeter.Gauge("cellvit.workers", "{worker}", "Workers that are reachable and not silent.", () => Volatile.Read(ref _workers));
    }

    /// <summary>Publishes the present figures.</summary>
    public static void Set(int tiles, int workers)
    {
        Volatile.Write(ref _tiles, tiles);
        Volatile.Write(ref _workers, workers);
    }
}
