using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>Paints glands over the stroma: basement membrane, epithelial cytoplasm, lumen with or without secretion.</summary>
internal sealed class GlandPainter(TextureBank textures)
{
    private const float MembraneReach = 7f;

    /// <summary>Paints the part of a gland that lies on the planes.</summary>
    public void Paint(Gland gland, StainPlanes planes)
    {
        float centerX = (float)(gland.Outline.Center.X - planes.Area.X), centerY = (float)(gland.Outline.Center.Y - planes.Area.Y);
        float reach = gland.Outline.Reach + MembraneReach;
        int left = Math.Max(0, (int)(centerX - reach)), right = Math.Min(StainPlanes.Side, (int)(centerX + reach) + 1);
        int top = Math.Max(0, (int)(centerY - reach)), bottom = Math.Min(StainPlanes.Side, (int)(centerY + reach) + 1);
        for (int y = top; y < bottom; y++)
        {
            int grainRow = ((planes.Area.Y + y) & (TextureBank.GrainSize - 1)) * TextureBank.GrainSize;
            for (int x = left; x < right; x++)
            {
                (float depth, float ratio) = gland.Outline.Locate(x + 0.5f - centerX, y + 0.5f - centerY);
                if (depth < MembraneReach)
                {
                    int index = (y * StainPlanes.Side) + x;
                    float clump = textures.Grain[grainRow + ((planes.Area.X + x) & (TextureBank.GrainSize - 1))] / 127f;
                    PaintPixel(gland, depth, ratio, clump, ref planes.Hematoxylin[index], ref planes.Eosin[index]);
                }
            }
        }
    }

    private static void PaintPixel(Gland gland, float depth, float ratio, float clump, ref float hematoxylin, ref float eosin)
    {
        float pixelsPerRatio = depth / Math.Min(ratio - 1f, -1e-3f);
        float toLumen = (ratio - gland.LumenRatio) * (ratio < 0.999f ? pixelsPerRatio : gland.Outline.Reach);

        // Cytoplasm is bluer at the foot of the cells, paler and grainy towards the lumen, with a denser brush border.
        float foot = Math.Clamp(1f + (depth / 34f), 0f, 1f);
        float border = Math.Clamp(1f - (Math.Abs(toLumen - 2f) / 3f), 0f, 1f);
        float h = 0.1f + (0.1f * gland.Cytoplasm * foot) + (0.07f * clump);
        float e = 0.2f + (0.12f * foot) + (0.12f * border) + (0.11f * clump);

        float inLumen = Math.Clamp(0.5f - (0.4f * toLumen), 0f, 1f);
        h += ((0.01f + (0.05f * gland.Secretion)) - h) * inLumen;
        e += ((0.01f + (gland.Secretion * (0.4f + (0.12f * clump)))) - e) * inLumen;

        float inside = Math.Clamp(0.5f - (0.35f * (depth + 1f)), 0f, 1f);
        hematoxylin += (h - hematoxylin) * inside;
        eosin += (e - eosin) * inside;

        float membrane = Math.Clamp(1f - (Math.Abs(depth - 2f) / 4f), 0f, 1f);
        eosin += membrane * (0.3f + (0.15f * clump));
    }
}
