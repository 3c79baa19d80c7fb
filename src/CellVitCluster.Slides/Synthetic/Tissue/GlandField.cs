using CellVitCluster.Domain.Geometry;
using CellVitCluster.Slides.Synthetic.Nuclei;

namespace CellVitCluster.Slides.Synthetic.Tissue;

/// <summary>The glands of the slide: at most one in each cell of a coarse grid, each wholly inside its cell. Thread-safe.</summary>
internal sealed class GlandField(long seed, TissueMap tissue)
{
    private const int Layer = 20;
    private const int Spacing = 460;
    private const float MaxWave = 1.2f;
    private const float MembranePixels = 8;
    private const float MinTissue = 0.12f;

    /// <summary>Glands that may share pixels with an area.</summary>
    public List<Gland> In(PixelArea area)
    {
        List<Gland> glands = [];
        (int firstColumn, int firstRow, int lastColumn, int lastRow) = area.CellsOf(Spacing);
        for (int row = firstRow; row <= lastRow; row++)
        {
            for (int column = firstColumn; column <= lastColumn; column++)
            {
                if (At(column, row) is { } gland && area.Touches(gland.Outline.Center.X, gland.Outline.Center.Y, gland.Outline.Reach))
                {
                    glands.Add(gland);
                }
            }
        }

        return glands;
    }

    private Gland? At(int column, int row)
    {
        var random = new PlaceRandom(seed, Layer, column, row);
        float semiMajor = random.Between(85f, 165f);
        float jitter = (Spacing / 2f) - (semiMajor * MaxWave) - MembranePixels;
        double x = ((column + 0.5) * Spacing) + random.Between(-jitter, jitter);
        double y = ((row + 0.5) * Spacing) + random.Between(-jitter, jitter);
        if (random.NextFloat() >= tissue.GlandProbability(x, y) || !HasRoom(x, y, semiMajor))
        {
            return null;
        }

        float semiMinor = semiMajor * random.Between(0.72f, 1f);
        var outline = new StarOutline(new SlidePoint(x, y), semiMajor, semiMinor, random.Between(0f, MathF.PI), 0.075f, ref random);
        float thickness = random.Between(46f, 60f);
        return new Gland(
            outline,
            1f - (thickness / ((semiMajor + semiMinor) / 2f)),
            random.NextFloat() < 0.35f ? random.Between(0.4f, 1f) : 0f,
            random.NextFloat(),
            random.NextBits());
    }

    private bool HasRoom(double x, double y, double radius)
    {
        double reach = radius * 1.1;
        return tissue.Tumor(x, y) < 0f
            && tissue.Tissue(x, y) > MinTissue
            && tissue.Tissue(x - reach, y) > MinTissue
            && tissue.Tissue(x + reach, y) > MinTissue
            && tissue.Tissue(x, y - reach) > MinTissue
            && tissue.Tissue(x, y + reach) > MinTissue;
    }
}
