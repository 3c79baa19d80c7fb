using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Slides.Reading;

/// <summary>
/// Decides whether a padded tile is more than 99 % background. The published program relates the count to 1024² px whatever was read, which
/// makes the rule stricter for 20x slides; by default the share of the pixels that were read counts. Source: spec/inference.md §7.2,
/// spec/differences.md §2.9.
/// </summary>
internal static class BackgroundTest
{
    private const double MaxBackground = 0.99;
    private const double FullTile = TileGrid.TileSize * (double)TileGrid.TileSize;

    /// <summary>Smallest number of tissue pixels with which a tile is kept.</summary>
    /// <param name="side">Side in px of the padded tile before resizing.</param>
    /// <param name="mode">Whose rule.</param>
    public static int MinTissuePixels(int side, CompatibilityMode mode)
    {
        int pixels = side * side;
        int low = 0, high = pixels + 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (BackgroundShare(pixels - middle, pixels, mode) > MaxBackground)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static double BackgroundShare(int background, int pixels, CompatibilityMode mode) =>
        mode == CompatibilityMode.Reference
            ? (background + FullTile - pixels) / FullTile
            : background / (double)pixels;
}
