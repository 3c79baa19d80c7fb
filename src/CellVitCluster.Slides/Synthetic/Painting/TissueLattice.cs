using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>
/// The smooth fields of the tissue map, evaluated every 16 px and joined linearly. The points lie on whole multiples of 16 level-0 px, so
/// neighboring tiles interpolate between the same numbers and no seam shows.
/// </summary>
internal sealed class TissueLattice(TissueMap tissue)
{
    /// <summary>Distance of the lattice points in px.</summary>
    public const int Step = 16;

    /// <summary>Fields per lattice point.</summary>
    public const int Fields = 6;

    /// <summary>Lattice points along one side of a tile, one cell beyond it on each side.</summary>
    public const int Points = (SlideBlock.TileSize / Step) + 3;

    private readonly float[] _values = new float[Points * Points * Fields];

    /// <summary>Level-0 px of the first lattice point.</summary>
    public (int X, int Y) Origin { get; private set; }

    /// <summary>Evaluates the fields around a tile.</summary>
    public void MoveTo(int tileX, int tileY)
    {
        Origin = (tileX - Step, tileY - Step);
        for (int row = 0; row < Points; row++)
        {
            for (int column = 0; column < Points; column++)
            {
                double x = Origin.X + (column * Step), y = Origin.Y + (row * Step);
                (float shiftX, float shiftY) = tissue.FiberShift(x, y);
                Span<float> point = _values.AsSpan(((row * Points) + column) * Fields, Fields);
                (point[0], point[1], point[2]) = (tissue.Tissue(x, y), tissue.Tumor(x, y), tissue.Inflammation(x, y));
                (point[3], point[4], point[5]) = (shiftX, shiftY, tissue.StainStrength(x, y));
            }
        }
    }

    /// <summary>Interpolates all fields of all lattice columns for one row of pixels.</summary>
    /// <param name="y">Level-0 row.</param>
    /// <param name="values">Receives <see cref="Points"/> × <see cref="Fields"/> numbers.</param>
    public void InterpolateRow(int y, Span<float> values)
    {
        int row = (y - Origin.Y) / Step;
        float share = ((y - Origin.Y) % Step) / (float)Step;
        ReadOnlySpan<float> upper = _values.AsSpan(row * Points * Fields, Points * Fields);
        ReadOnlySpan<float> lower = _values.AsSpan((row + 1) * Points * Fields, Points * Fields);
        for (int i = 0; i < upper.Length; i++)
        {
            values[i] = upper[i] + ((lower[i] - upper[i]) * share);
        }
    }
}
