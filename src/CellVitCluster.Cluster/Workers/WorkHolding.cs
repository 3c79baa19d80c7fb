using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Cluster.Workers;

/// <summary>A tile or survey in a worker's hands: waiting, begun, or finished and not acknowledged. Belongs to the worker actor.</summary>
/// <param name="specification">The run.</param>
/// <param name="grid">Geometry; null for a survey.</param>
/// <param name="tile">Row-major number, or <see cref="Dispatch.WorkGrant.Survey"/>.</param>
internal sealed class WorkHolding(RunSpecification specification, TileGrid? grid, int tile)
{
    /// <summary>The run.</summary>
    public RunSpecification Specification => specification;

    /// <summary>Geometry; null for a survey.</summary>
    public TileGrid? Grid => grid;

    /// <summary>Row-major number, or the survey's.</summary>
    public int Tile => tile;

    /// <summary>Place in the worker's books.</summary>
    public (string RunId, int Tile) Key => (specification.RunId, tile);

    /// <summary>Number of the attempt, unique in the worker; 0 until it is begun.</summary>
    public long Attempt { get; set; }

    /// <summary>Ends the work; null while it waits and after it is finished.</summary>
    public CancellationTokenSource? Work { get; set; }

    /// <summary>What the run is told; null until the work is finished.</summary>
    public IWithRunId? Report { get; set; }

    /// <summary>When the report is sent again.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>Wait before the next repetition.</summary>
    public TimeSpan Wait { get; set; }

    /// <summary>Whether it is neither begun nor finished.</summary>
    public bool Waits => Work is null && Report is null;

    /// <summary>Whether it was let go before it was finished or acknowledged.</summary>
    public bool Dropped { get; set; }

    /// <summary>Whether the run has ended and will not look at the result.</summary>
    public bool Unwanted { get; set; }
}
