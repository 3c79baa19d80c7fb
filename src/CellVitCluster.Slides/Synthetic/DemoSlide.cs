using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Slides.Synthetic;

/// <summary>
/// The slide of <c>cellvit run demo</c>: 3000 × 3000 px with glands, tumor, infiltrates, stroma and blank glass, always the same bytes.
/// </summary>
public static class DemoSlide
{
    /// <summary>Name of the slide file.</summary>
    public const string FileName = "demo.tiff";

    /// <summary>Name of the file with the true nuclei beside it.</summary>
    public const string TruthFileName = "demo.geojson";

    // Of the first seeds the one that shows every kind of tissue in so small an area.
    private static readonly SyntheticSlideOptions Options = new() { Width = 3000, Height = 3000, Seed = 11 };

    /// <summary>
    /// Writes slide and ground truth unless both are there. Several processes may do so at once: each file appears complete, and all write
    /// the same.
    /// </summary>
    /// <param name="folder">Where; created if missing.</param>
    /// <param name="cancellation">Stops; nothing is left behind.</param>
    /// <returns>Absolute path of the slide.</returns>
    /// <exception cref="StoreException">The folder cannot be written.</exception>
    public static async Task<string> EnsureAsync(string folder, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string slide = Path.GetFullPath(Path.Combine(folder, FileName));
        string truth = Path.GetFullPath(Path.Combine(folder, TruthFileName));
        if (!File.Exists(slide) || !File.Exists(truth))
        {
            await SyntheticSlideWriter.WriteAsync(Options, slide, truth, cancellation: cancellation);
        }

        return slide;
    }
}
