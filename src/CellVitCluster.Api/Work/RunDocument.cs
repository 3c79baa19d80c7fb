using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Api.Work;

/// <summary>How one run stands.</summary>
public sealed record RunDocument
{
    /// <summary>Its id, 32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the result.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="PhaseName.All"/>.</summary>
    public required string Phase { get; init; }

    /// <summary>One of <see cref="PriorityName.All"/>.</summary>
    public required string Priority { get; init; }

    /// <summary>Who asked, or null.</summary>
    public string? Submitter { get; init; }

    /// <summary>Batch it belongs to, or null.</summary>
    public string? Batch { get; init; }

    /// <summary>Number in the batch, from 0; null without batch.</summary>
    public int? Entry { get; init; }

    /// <summary>Tiles to be analyzed; 0 before the survey.</summary>
    public int Tiles { get; init; }

    /// <summary>Tiles whose results are durable.</summary>
    public int TilesDone { get; init; }

    /// <summary>Tiles given up.</summary>
    public int TilesFailed { get; init; }

    /// <summary>Tiles whose results were there when the run began or went on.</summary>
    public int TilesResumed { get; init; }

    /// <summary>Area of a tile in mm².</summary>
    public double TileMm2 { get; init; }

    /// <summary>Cells of the store; while the run goes on, cells seen by the tiles, those at seams more than once.</summary>
    public long Cells { get; init; }

    /// <summary>Sums of wall seconds per stage.</summary>
    public IReadOnlyDictionary<string, double>? StageSeconds { get; init; }

    /// <summary>Directory of the published store, or null.</summary>
    public string? Store { get; init; }

    /// <summary>SHA-256 of the store's manifest, or null.</summary>
    public string? ManifestDigest { get; init; }

    /// <summary>Bytes of the store.</summary>
    public long? Bytes { get; init; }

    /// <summary>Cells of the store per class.</summary>
    public IReadOnlyDictionary<string, long>? Classes { get; init; }

    /// <summary>Cells per class of each class layer.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>? Layers { get; init; }

    /// <summary>Why it does not get on at the moment, or null.</summary>
    public FailureDocument? Stall { get; init; }

    /// <summary>Why it was given up, or null.</summary>
    public FailureDocument? Failure { get; init; }

    internal static RunDocument Of(RunStatus run)
    {
        RunProgress? progress = run.Progress;
        Publication? publication = run.Publication;
        StageSeconds? seconds = progress?.Seconds;

        // An unfinished run carries the reason why it cannot go on where an ended one carries the reason why it was given up.
        bool ended = run.Phase is RunPhase.Quarantined or RunPhase.Cancelled or RunPhase.Published;
        return new RunDocument
        {
            Id = run.RunId,
            Name = run.Name,
            Phase = PhaseName.Of(run.Phase),
            Priority = PriorityName.Of((RunPriority)run.Priority),
            Submitter = run.Submitter,
            Batch = run.BatchId,
            Entry = run.BatchId is null ? null : run.Entry,
            Tiles = progress?.Tiles ?? 0,
            TilesDone = progress?.TilesDone ?? 0,
            TilesFailed = publication?.TilesFailed ?? progress?.TilesFailed ?? 0,
            TilesResumed = progress?.TilesResumed ?? 0,
            TileMm2 = progress?.TileSquareMillimeters ?? 0,
            Cells = publication?.Cells ?? progress?.CellsSeen ?? 0,
            StageSeconds = seconds is null ? null : new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["read"] = Math.Round(seconds.Read, 3),
                ["network"] = Math.Round(seconds.Network, 3),
                ["detection"] = Math.Round(seconds.Detection, 3),
                ["write"] = Math.Round(seconds.Write, 3),
                ["merge"] = Math.Round(publication?.MergeSeconds ?? 0, 3),
                ["store"] = Math.Round(publication?.StoreSeconds ?? 0, 3),
            },
            Store = publication?.StoreDirectory,
            ManifestDigest = publication?.ManifestDigest,
            Bytes = publication?.Bytes,
            Classes = publication is null ? null : Counts(publication.Classes),
            Layers = publication?.Layers?.ToDictionary(layer => layer.Layer, layer => Counts(layer.Classes), StringComparer.Ordinal),
            Stall = FailureDocument.Of(ended ? null : progress?.Stall ?? run.Failure),
            Failure = FailureDocument.Of(ended ? run.Failure : null),
        };
    }

    private static IReadOnlyDictionary<string, long> Counts(IReadOnlyList<ClassCount> classes) =>
        classes.ToDictionary(count => count.Name, count => count.Cells, StringComparer.Ordinal);
}

/// <summary>Reply to <c>GET /api/runs?ids=</c>, in the order asked; unknown runs are left out.</summary>
/// <param name="Runs">The runs.</param>
public sealed record RunListDocument(IReadOnlyList<RunDocument> Runs);
