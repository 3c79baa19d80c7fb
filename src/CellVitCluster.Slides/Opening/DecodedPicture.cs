using CellVitCluster.Domain.Units;

namespace CellVitCluster.Slides.Opening;

/// <summary>A decoded picture.</summary>
/// <param name="Pixels">Packed pixels, row by row: red in the lowest byte, highest byte 255. Transparency is already laid on white.</param>
/// <param name="Width">Width in px.</param>
/// <param name="Height">Height in px.</param>
/// <param name="Mpp">Pixel size that the file states, if it is one of a microscope; else null.</param>
internal sealed record DecodedPicture(uint[] Pixels, int Width, int Height, Mpp? Mpp)
{
    /// <summary>Lays premultiplied pixels on white, in place.</summary>
    public static void LayOnWhite(Span<uint> pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            uint pixel = pixels[i], missing = 255 - (pixel >> 24);
            if (missing != 0)
            {
                pixels[i] = 0xFF000000
                    | Math.Min(255, (pixel & 255) + missing)
                    | (Math.Min(255, ((pixel >> 8) & 255) + missing) << 8)
                    | (Math.Min(255, ((pixel >> 16) & 255) + missing) << 16);
            }
        }
    }
}
