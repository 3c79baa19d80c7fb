namespace CellVitCluster.TestSupport.Chaos;

/// <summary>The database behind the journal of a cluster under test.</summary>
public interface IClusterDatabase : IAsyncDisposable
{
    /// <summary>What nodes get as <c>--journal</c>.</summary>
    string Journal { get; }

    /// <summary>The database is away for a while.</summary>
    Task OutageAsync(TimeSpan length);
}
