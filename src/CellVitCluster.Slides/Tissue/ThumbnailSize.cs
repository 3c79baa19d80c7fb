using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Size of the thumbnail: the smallest of the repeatedly halved sizes of the grid's source that is more than 2,000 px wide or high, or the
/// source itself when it is smaller. Source: spec/inference.md §6.1.
/// </summary>
/// <param name="Width">Width in px.</param>
/// <param name="Height">Height in px.</param>
/// <param name="Halvings">How often the source was halved.</param>
internal readonly record struct ThumbnailSize(int Width, int Height, int Halvings)
{
    private const int Wanted = 2000;

    /// <summary>Size for a grid.</summary>
    public static ThumbnailSize For(TileGrid grid)
    {
        int width = grid.SourceWidth, height = grid.SourceHeight, halvings = 0;
        while (Half(width) > Wanted || Half(height) > Wanted)
        {
            width = Half(width);
            height = Half(height);
            halvings++;
        }

        return new ThumbnailSize(width, height, halvings);
    }

    private static int Half(int extent) => (extent + 1) / 2;
}
