namespace CellVitCluster.Slides.Tissue;

/// <summary>A slide's active area, reduced to about 2,000 to 4,000 px.</summary>
/// <param name="Rgb">Height × width × 3 bytes, interleaved.</param>
/// <param name="Width">Width in px.</param>
/// <param name="Height">Height in px.</param>
/// <param name="Halvings">How often the grid's source px were halved: one thumbnail px is 2^n source px.</param>
internal sealed record Thumbnail(byte[] Rgb, int Width, int Height, int Halvings);
