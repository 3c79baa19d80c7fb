using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Domain.Ports;

/// <summary>
/// Pixels to nuclei on this machine: reads a tile, runs the network, separates and outlines the nuclei. Implemented by Inference, called by
/// the worker actor. Calls may overlap, up to <see cref="Capacity"/>; the stages inside are bounded and work side by side.
/// </summary>
public interface ITileAnalyzer : IAsyncDisposable
{
    /// <summary>Numeric profile of this machine with the loaded model.</summary>
    NumericProfile Profile { get; }

    /// <summary>SHA-256 of the loaded weights: a tile of a run with other weights must not come here.</summary>
    string ModelDigest { get; }

    /// <summary>Number format the network runs in, for example <c>fp32</c>: a tile of a run in another format must not come here.</summary>
    string Precision { get; }

    /// <summary>Number of tiles worth holding at once: enough that the device never waits.</summary>
    int Capacity { get; }

    /// <summary>How well the device is used so far.</summary>
    DeviceUse Use { get; }

    /// <summary>Analyzes one tile.</summary>
    /// <param name="task">What to read and how.</param>
    /// <param name="cancellation">Abandons the tile; work already on the device is finished and dropped.</param>
    /// <returns>Cells with embeddings; empty for a tile that turns out to be background.</returns>
    /// <exception cref="Errors.CellVitException">The tile or slide cannot be read, or the model cannot be used.</exception>
    Task<TileAnalysis> AnalyzeAsync(TileTask task, CancellationToken cancellation);
}

/// <summary>Use of a device.</summary>
/// <param name="BusySeconds">Time spent in the network.</param>
/// <param name="SpanSeconds">Time between the begin of the first and the end of the last forward pass.</param>
public readonly record struct DeviceUse(double BusySeconds, double SpanSeconds);

/// <summary>One tile to analyze.</summary>
/// <param name="Slide">The slide file.</param>
/// <param name="Grid">Geometry of its tiles.</param>
/// <param name="Tile">The tile.</param>
/// <param name="Compatibility">Whose rules decide.</param>
public sealed record TileTask(SlideSource Slide, TileGrid Grid, TileId Tile, CompatibilityMode Compatibility)
{
    /// <summary>What the network's class branch decides.</summary>
    public ClassBranchUse ClassBranch { get; init; }

    /// <summary>
    /// 1, or 2 to run the network twice on differently placed patches and to average: twice the time for cells that depend less on where the
    /// tile begins.
    /// </summary>
    public int Placements { get; init; } = 1;
}

/// <summary>What came out of one tile.</summary>
/// <param name="Cells">Nuclei with embeddings.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record TileAnalysis(TileCells Cells, TileTimings Timings);

/// <summary>Wall time in seconds that one tile spent in each stage, waiting not included.</summary>
/// <param name="Read">Reading, decoding and resampling the pixels.</param>
/// <param name="Network">The tile's share of its batch on the device.</param>
/// <param name="Detection">Separation, outlines, classes, embeddings.</param>
public sealed record TileTimings(double Read, double Network, double Detection);
