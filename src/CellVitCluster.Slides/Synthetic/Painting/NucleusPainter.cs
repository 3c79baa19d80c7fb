using CellVitCluster.Slides.Synthetic.Nuclei;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>
/// Paints nuclei. The soft edge passes half its depth exactly on the outline: pixels whose center lies inside the polygon get more than
/// half of the nucleus' stain, those outside less.
/// </summary>
internal sealed class NucleusPainter(TextureBank textures)
{
    private const float HalfEdge = 1f;
    private const float HaloPixels = 4f;

    /// <summary>Paints the part of a nucleus that lies on the planes.</summary>
    public void Paint(Nucleus nucleus, StainPlanes planes)
    {
        StarOutline outline = nucleus.Outline;
        float centerX = (float)(outline.Center.X - planes.Area.X), centerY = (float)(outline.Center.Y - planes.Area.Y);
        float margin = nucleus.Halo ? HaloPixels : HalfEdge;
        float reach = outline.Reach + margin;
        int left = Math.Max(0, (int)(centerX - reach)), right = Math.Min(StainPlanes.Side, (int)(centerX + reach) + 1);
        int top = Math.Max(0, (int)(centerY - reach)), bottom = Math.Min(StainPlanes.Side, (int)(centerY + reach) + 1);
        int grainX = (int)(nucleus.Key & 511) - (int)centerX, grainY = (int)((nucleus.Key >> 16) & 511) - (int)centerY;
        Spots spots = new(nucleus);

        for (int y = top; y < bottom; y++)
        {
            int grainRow = ((grainY + y) & (TextureBank.GrainSize - 1)) * TextureBank.GrainSize;
            float dy = y + 0.5f - centerY;
            for (int x = left; x < right; x++)
            {
                float dx = x + 0.5f - centerX;
                float depth = outline.Locate(dx, dy).Depth;
                if (depth >= margin)
                {
                    continue;
                }

                int index = (y * StainPlanes.Side) + x;
                ref float hematoxylin = ref planes.Hematoxylin[index];
                ref float eosin = ref planes.Eosin[index];
                if (nucleus.Halo && depth > 0f)
                {
                    float pale = 1f - (0.55f * (1f - (depth / HaloPixels)));
                    hematoxylin *= pale;
                    eosin *= pale;
                }

                float cover = Cover(depth);
                if (cover > 0f)
                {
                    float clump = textures.Grain[grainRow + ((grainX + x) & (TextureBank.GrainSize - 1))] / 127f;
                    float h = Chromatin(nucleus, depth, clump) + spots.At(dx, dy);
                    hematoxylin += (h - hematoxylin) * cover;
                    eosin += ((0.14f + (0.25f * eosin)) - eosin) * cover;
                }
            }
        }
    }

    private static float Cover(float depth)
    {
        float t = Math.Clamp(0.5f - (depth / (2f * HalfEdge)), 0f, 1f);
        return t * t * (3f - (2f * t));
    }

    // Vesicular nuclei are pale inside and carry their chromatin in clumps and at the membrane.
    private static float Chromatin(Nucleus nucleus, float depth, float clump)
    {
        float inner = Math.Clamp((-depth - 1.5f) / 3f, 0f, 1f);
        float paleness = nucleus.Vesicular * inner;
        float amount = nucleus.Hematoxylin * (1f - (0.4f * paleness) + ((0.26f + (0.3f * paleness)) * clump));
        return Math.Max(0.25f, amount);
    }

    /// <summary>Nucleoli: up to two small dark disks off the center.</summary>
    private readonly struct Spots
    {
        private readonly int _count;
        private readonly float _x1;
        private readonly float _y1;
        private readonly float _x2;
        private readonly float _y2;
        private readonly float _radius;

        public Spots(Nucleus nucleus)
        {
            var random = new PlaceRandom((long)nucleus.Key, 1, 0, 0);
            float angle = random.Between(0f, MathF.Tau), second = angle + random.Between(2f, 4f);
            float first = 0.4f * nucleus.Outline.RadiusAt(angle), other = 0.4f * nucleus.Outline.RadiusAt(second);
            _count = nucleus.Nucleoli;
            (_x1, _y1) = (first * MathF.Cos(angle), first * MathF.Sin(angle));
            (_x2, _y2) = (other * MathF.Cos(second), other * MathF.Sin(second));
            _radius = random.Between(1.8f, 3.2f);
        }

        public float At(float dx, float dy)
        {
            if (_count == 0)
            {
                return 0f;
            }

            float spot = Disk(dx - _x1, dy - _y1);
            return 0.6f * (_count == 1 ? spot : Math.Max(spot, Disk(dx - _x2, dy - _y2)));
        }

        private float Disk(float dx, float dy) => Math.Clamp(_radius + 0.5f - MathF.Sqrt((dx * dx) + (dy * dy)), 0f, 1f);
    }
}
