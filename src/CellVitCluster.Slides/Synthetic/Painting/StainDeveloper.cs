using System.Numerics;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>Turns amounts of stain into pixels as a scanner sees them: slight optical blur (3 × 3 binomial), color, camera noise.</summary>
internal sealed class StainDeveloper(long seed, TextureBank textures, uint[] palette)
{
    private const int SensorLayer = 60;

    private readonly float[] _hematoxylin = new float[StainPlanes.Side + Vector<float>.Count];
    private readonly float[] _eosin = new float[StainPlanes.Side + Vector<float>.Count];

    /// <summary>Writes one file tile.</summary>
    /// <param name="planes">Stain on the tile and one px around it.</param>
    /// <param name="pixels">Receives packed pixels (red in the lowest byte), starting with the tile's first.</param>
    /// <param name="stride">Pixels per row of the destination.</param>
    public void Develop(StainPlanes planes, Span<uint> pixels, int stride)
    {
        int tileX = planes.Area.X + StainPlanes.Margin, tileY = planes.Area.Y + StainPlanes.Margin;
        for (int row = 0; row < SlideBlock.TileSize; row++)
        {
            BlurDown(planes.Hematoxylin, row, _hematoxylin);
            BlurDown(planes.Eosin, row, _eosin);
            int noise = (int)(PlaceRandom.Digest(seed, SensorLayer, tileX, tileY + row) & (TextureBank.SensorLength - 1));
            DevelopRow(pixels.Slice(row * stride, SlideBlock.TileSize), noise);
        }
    }

    private static void BlurDown(float[] plane, int row, float[] sum)
    {
        ReadOnlySpan<float> above = plane.AsSpan(row * StainPlanes.Side, StainPlanes.Side);
        ReadOnlySpan<float> here = plane.AsSpan((row + 1) * StainPlanes.Side, StainPlanes.Side);
        ReadOnlySpan<float> below = plane.AsSpan((row + 2) * StainPlanes.Side, StainPlanes.Side);
        int i = 0;
        for (; i <= StainPlanes.Side - Vector<float>.Count; i += Vector<float>.Count)
        {
            var center = new Vector<float>(here[i..]);
            (new Vector<float>(above[i..]) + center + center + new Vector<float>(below[i..])).CopyTo(sum, i);
        }

        for (; i < StainPlanes.Side; i++)
        {
            sum[i] = above[i] + here[i] + here[i] + below[i];
        }
    }

    private void DevelopRow(Span<uint> pixels, int noise)
    {
        const float Scale = StainPalette.StepsPerUnit / 16f;
        float[] h = _hematoxylin, e = _eosin;
        uint[] sensor = textures.Sensor;
        for (int x = 0; x < pixels.Length; x++)
        {
            int hematoxylin = (int)(((h[x] + h[x + 1] + h[x + 1] + h[x + 2]) * Scale) + 0.5f);
            int eosin = (int)(((e[x] + e[x + 1] + e[x + 1] + e[x + 2]) * Scale) + 0.5f);
            hematoxylin = Math.Clamp(hematoxylin, 0, StainPalette.HematoxylinSteps - 1);
            eosin = Math.Clamp(eosin, 0, StainPalette.EosinSteps - 1);

            // Channels are 8 … 244 before and at least 4 after, so no channel borrows from its neighbor.
            uint clean = palette[(hematoxylin * StainPalette.EosinSteps) + eosin];
            pixels[x] = (clean + sensor[(noise + x) & (TextureBank.SensorLength - 1)] - 0x00040404u) | 0xFF000000u;
        }
    }
}
