namespace CellVitCluster.Cluster.Dispatch;

/// <summary>How much of the workers one submitter has in one priority class.</summary>
internal sealed class SubmitterShare
{
    /// <summary>Tiles of the submitter's runs that workers hold right now.</summary>
    public int Leased { get; set; }

    /// <summary>Number of the latest grant to the submitter; 0 before the first.</summary>
    public long LastServed { get; set; }

    /// <summary>Number of the latest search that found work of this submitter.</summary>
    public long Search { get; set; }

    /// <summary>What that search found.</summary>
    public DispatchOffer? Found { get; set; }

    /// <summary>Whether this submitter is served before another one of the same class.</summary>
    public bool GoesBefore(SubmitterShare other) => Leased != other.Leased ? Leased < other.Leased : LastServed < other.LastServed;
}
