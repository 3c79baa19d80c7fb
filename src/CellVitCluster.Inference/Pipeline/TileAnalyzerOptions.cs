using CellVitCluster.Model.Devices;

namespace CellVitCluster.Inference.Pipeline;

/// <summary>Widths of the stages of a <see cref="TileAnalyzer"/>; together they bound its memory.</summary>
public sealed record TileAnalyzerOptions
{
    /// <summary>Beyond this the memory of a stage's tiles costs more than another thread gains.</summary>
    private const int MostThreadsPerStage = 16;

    /// <summary>Threads that read and decode tiles.</summary>
    public int Readers { get; init; } = 2;

    /// <summary>Threads that separate and outline nuclei.</summary>
    public int Detectors { get; init; } = 2;

    /// <summary>Decoded tiles (3 MB each) that wait for the device.</summary>
    public int DecodedTiles { get; init; } = 4;

    /// <summary>Tiles (about 14 MB each, plus tokens) whose pass the device has been asked for and that wait for detection.</summary>
    public int WaitingMaps { get; init; } = 3;

    /// <summary>Slides that stay open between reads.</summary>
    public int IdleSlides { get; init; } = 4;

    /// <summary>
    /// Widths that suit a device: on a processor those above, as the network needs the cores itself; beside a GPU half of the cores read and half
    /// detect, since it takes many to keep up with one.
    /// </summary>
    /// <param name="device">Where the network runs.</param>
    /// <param name="cores">Cores that this analyzer may count on, at least 1.</param>
    public static TileAnalyzerOptions For(InferenceDevice device, int cores)
    {
        ArgumentNullException.ThrowIfNull(device);
        int threads = Math.Clamp(cores / 2, 2, MostThreadsPerStage);
        return device.IsCuda
            ? new TileAnalyzerOptions { Readers = threads, Detectors = threads, DecodedTiles = threads, WaitingMaps = threads }
            : new TileAnalyzerOptions();
    }
}
