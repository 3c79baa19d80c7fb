using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>
/// Nuclei on purpose where tiles of the analysis meet: in the bands of <see cref="TileGrid.Overlap"/> px around x = 960·k and y = 960·k,
/// which two tiles see, and at the corners, which four tiles see.
/// </summary>
internal sealed class SeamLayer(long seed, NucleusSites sites, NucleusDensity density) : INucleusLayer
{
    private const int Priority = 1;
    private const int Layer = 50;
    private const int AlongPixels = 76;
    private const float Presence = 0.45f;
    private const float HalfBand = TileGrid.Overlap / 2f;
    private const float HalfCorner = 20f;

    /// <inheritdoc/>
    public void Collect(PixelArea area, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        PixelArea wide = area.Grow(TileGrid.Overlap);
        (int firstColumn, int firstRow, int lastColumn, int lastRow) = wide.CellsOf(TileGrid.Stride);
        (int firstX, int firstY, int lastX, int lastY) = wide.CellsOf(AlongPixels);
        for (int column = firstColumn; column <= lastColumn; column++)
        {
            for (int step = firstY; step <= lastY; step++)
            {
                AddBand(Layer, column, step, vertical: true, glands, candidates);
            }

            for (int row = firstRow; row <= lastRow; row++)
            {
                AddCorner(column, row, glands, candidates);
            }
        }

        for (int row = firstRow; row <= lastRow; row++)
        {
            for (int step = firstX; step <= lastX; step++)
            {
                AddBand(Layer + 1, row, step, vertical: false, glands, candidates);
            }
        }
    }

    private void AddBand(int layer, int line, int step, bool vertical, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        var random = new PlaceRandom(seed, layer, line, step);
        double across = (line * (double)TileGrid.Stride) + random.Between(-HalfBand, HalfBand);
        double along = (step + 0.5 + random.Between(-0.2f, 0.2f)) * AlongPixels;
        if (random.NextFloat() < Presence * density.Structures)
        {
            Add(vertical ? across : along, vertical ? along : across, ref random, glands, candidates);
        }
    }

    private void AddCorner(int column, int row, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        var random = new PlaceRandom(seed, Layer + 2, column, row);
        double x = (column * (double)TileGrid.Stride) + random.Between(-HalfCorner, HalfCorner);
        double y = (row * (double)TileGrid.Stride) + random.Between(-HalfCorner, HalfCorner);
        if (random.NextFloat() < density.Structures)
        {
            Add(x, y, ref random, glands, candidates);
        }
    }

    private void Add(double x, double y, ref PlaceRandom random, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        if (sites.IsFree(x, y, glands))
        {
            candidates.Add(sites.Create(sites.KindAt(x, y), x, y, Priority, ref random));
        }
    }
}
