namespace CellVitCluster.Cluster.Dispatch;

/// <summary>A worker as the table knows it. Not thread-safe.</summary>
/// <param name="id">Unique per worker process and device.</param>
internal sealed class DispatchWorker(string id)
{
    /// <summary>Unique per worker process and device.</summary>
    public string Id { get; } = id;

    /// <summary>Numeric profile of its results; null for workers of older versions, which get work of every profile.</summary>
    public string? Profile { get; set; }

    /// <summary>Weights it has loaded; null for workers of older versions, which get work of every model.</summary>
    public string? ModelDigest { get; set; }

    /// <summary>Number format it works in, or null.</summary>
    public string? Precision { get; set; }

    /// <summary>Process it lives in, which dies with all its workers; null for unknown.</summary>
    public string? Node { get; set; }

    /// <summary>Whether it is being stopped in order.</summary>
    public bool Draining { get; set; }

    /// <summary>Whether it is reachable and not silent.</summary>
    public bool Alive { get; set; } = true;

    /// <summary>When it was last heard.</summary>
    public DateTimeOffset Seen { get; set; }

    /// <summary>Time of its latest request on its own clock; null from workers of older versions.</summary>
    public long? AskedAt { get; set; }

    /// <summary>When the connection to its node ended, if it has not been heard since.</summary>
    public DateTimeOffset? DisconnectedAt { get; set; }

    /// <summary>Tiles it can still take by its latest request.</summary>
    public int Credit { get; set; }

    /// <summary>Number of its leases.</summary>
    public int Leased { get; set; }

    /// <summary>What it has of each run.</summary>
    public Dictionary<string, WorkerTiles> Runs { get; } = new(StringComparer.Ordinal);

    /// <summary>What it had begun, by run, when it became unreachable; empty while it is alive.</summary>
    public Dictionary<string, IReadOnlyList<int>> BegunWhenLost { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it had begun a single tile, of all runs, when it became unreachable.</summary>
    public bool HadBegunOneTile => BegunWhenLost.Values.Sum(tiles => tiles.Count) == 1;

    /// <summary>Run of a tile that has taken workers down and waits until this worker has nothing else; null for none.</summary>
    public DispatchOffer? ReservedBy { get; set; }

    /// <summary>Whether it can be granted work at all.</summary>
    public bool Serves => Alive && !Draining;

    /// <summary>Whether it holds nothing, finished or not.</summary>
    public bool IsEmpty => Leased == 0 && Runs.Values.All(tiles => tiles.Held.Count == 0);

    /// <summary>Whether a tile that may take it down can be granted to it now: it holds nothing, and no other worker of its process has such a tile.</summary>
    public bool MayTakeAlone { get; set; }

    /// <summary>What it has of one run.</summary>
    public WorkerTiles TilesOf(string runId)
    {
        if (!Runs.TryGetValue(runId, out WorkerTiles? tiles))
        {
            Runs[runId] = tiles = new WorkerTiles();
        }

        return tiles;
    }
}

/// <summary>What a worker has of one run.</summary>
internal sealed class WorkerTiles
{
    /// <summary>What it named in its latest request.</summary>
    public HashSet<int> Held { get; } = [];

    /// <summary>Those of <see cref="Held"/> it had begun.</summary>
    public IReadOnlyList<int> Begun { get; set; } = [];

    /// <summary>What was acknowledged to it lately, by its latest request.</summary>
    public IReadOnlyList<int> Settled { get; set; } = [];

    /// <summary>Tiles leased to it.</summary>
    public HashSet<int> Leased { get; } = [];

    /// <summary>Whether nothing is known any more.</summary>
    public bool IsEmpty => Held.Count == 0 && Leased.Count == 0 && Settled.Count == 0;
}
