using System.Globalization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Synthetic.Files;
using CellVitCluster.Slides.Synthetic.Painting;

namespace CellVitCluster.Slides.Synthetic;

/// <summary>
/// Writes artificial H&amp;E slides whose nuclei are known exactly: a tiled pyramidal TIFF (JPEG, 256-px tiles, 0.25 µm/px stated as TIFF
/// resolution) and, if wanted, the outlines as GeoJSON. Memory does not grow with the slide's area: blocks are rendered on all cores, a
/// few at a time, and written in order.
/// </summary>
public static class SyntheticSlideWriter
{
    /// <summary>Pixel size of level 0.</summary>
    public static Mpp Mpp { get; } = new(0.25);

    /// <summary>
    /// Writes a slide and its ground truth. Both files appear complete or not at all; existing files are replaced. The result depends on
    /// the options only, not on the number of cores.
    /// </summary>
    /// <param name="options">What to draw.</param>
    /// <param name="slidePath">Where the TIFF goes; missing folders are created.</param>
    /// <param name="truthPath">Where the GeoJSON goes, or null for none. Nuclei that would cross the slide's sides are in neither file.</param>
    /// <param name="progress">Receives the finished share, 0 … 1, after every block.</param>
    /// <param name="cancellation">Stops; nothing is left behind.</param>
    /// <returns>Number of nuclei on the slide.</returns>
    /// <exception cref="ConfigurationException">The options cannot be used.</exception>
    /// <exception cref="StoreException">A destination cannot be written.</exception>
    public static async Task<long> WriteAsync(
        SyntheticSlideOptions options,
        string slidePath,
        string? truthPath = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(slidePath);
        options.Validate();

        await using var slide = new PendingFile(slidePath);
        await using PendingFile? truth = truthPath is null ? null : new PendingFile(truthPath);
        using GroundTruthWriter? nuclei = truth is null ? null : new GroundTruthWriter(truth.Stream);

        var shape = new PyramidShape(options.Width, options.Height);
        var tiff = new PyramidTiffWriter(slide.Stream, shape);
        var top = new PyramidTop(shape);
        List<EncodedTile> topTiles = [];
        long count = 0;
        await using var blocks = new BlockSequence(new Scene(options), shape, cancellation);
        while (await blocks.NextAsync() is { } block)
        {
            top.Add(SlideBlock.LevelCount - 1, block.Column, block.Row, block.PixelsOf(SlideBlock.LevelCount - 1), topTiles);
            foreach (EncodedTile tile in block.Tiles.Concat(topTiles))
            {
                await tiff.WriteAsync(tile, cancellation);
            }

            topTiles.Clear();
            count += block.Nuclei.Count;
            if (nuclei is not null)
            {
                await nuclei.WriteAsync(block.Nuclei, cancellation);
            }

            progress?.Report(blocks.FinishedShare);
        }

        tiff.Finish(Describe(options), Mpp.MicronsPerPixel);
        nuclei?.Finish();
        if (truth is not null)
        {
            await truth.PublishAsync();
        }

        await slide.PublishAsync();
        return count;
    }

    private static string Describe(SyntheticSlideOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"CellVitCluster synthetic slide, seed {options.Seed}, {options.NucleiPerSquareMillimeter:0.##} nuclei per mm2 of tissue");
}
