using CellVitCluster.Domain.Geometry;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>Nuclei of one kind scattered over a jittered grid, some of them with a neighbor that touches them.</summary>
internal sealed class GridLayer : INucleusLayer
{
    private const float TouchingGap = 0.8f;

    private readonly NucleusSites _sites;
    private readonly Func<double, double, float> _probability;

    /// <summary>Creates the layer.</summary>
    /// <param name="sites">Rules about places.</param>
    /// <param name="probability">Probability (may leave 0 … 1) that a grid cell with that level-0 position holds a nucleus.</param>
    public GridLayer(NucleusSites sites, Func<double, double, float> probability)
    {
        _sites = sites;
        _probability = probability;
    }

    /// <summary>Seed of the slide.</summary>
    public required long Seed { get; init; }

    /// <summary>Kind of the nuclei.</summary>
    public required NucleusKind Kind { get; init; }

    /// <summary>Rank of the layer, see <see cref="Nucleus.Priority"/>.</summary>
    public required int Priority { get; init; }

    /// <summary>Distance of the grid points in level-0 px.</summary>
    public required int Spacing { get; init; }

    /// <summary>Largest shift off the grid point, relative to <see cref="Spacing"/>.</summary>
    public required float Jitter { get; init; }

    /// <summary>Share of the nuclei that get a touching neighbor.</summary>
    public required float PairShare { get; init; }

    /// <inheritdoc/>
    public void Collect(PixelArea area, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        // A neighbor may stand two reaches away from the grid cell that it belongs to.
        (int firstColumn, int firstRow, int lastColumn, int lastRow) = area.Grow((2 * NucleusStyle.MaxReach) + Spacing).CellsOf(Spacing);
        for (int row = firstRow; row <= lastRow; row++)
        {
            for (int column = firstColumn; column <= lastColumn; column++)
            {
                AddCell(column, row, glands, candidates);
            }
        }
    }

    private void AddCell(int column, int row, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        var random = new PlaceRandom(Seed, 30 + Priority, column, row);

        // Every second row is shifted by half a step: a hexagonal order hides the grid and packs rounder.
        double x = (column + 0.5 + ((row & 1) * 0.5) + random.Between(-Jitter, Jitter)) * Spacing;
        double y = (row + 0.5 + random.Between(-Jitter, Jitter)) * Spacing;
        if (random.NextFloat() >= _probability(x, y) || !_sites.IsFree(x, y, glands))
        {
            return;
        }

        Nucleus nucleus = _sites.Create(Kind, x, y, Priority, ref random);
        candidates.Add(nucleus);
        if (random.NextFloat() < PairShare)
        {
            AddTouchingNeighbor(nucleus.Outline, ref random, glands, candidates);
        }
    }

    private void AddTouchingNeighbor(StarOutline first, ref PlaceRandom random, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        float direction = random.Between(0f, MathF.Tau);
        float angle = _sites.AngleAt(Kind, first.Center.X, first.Center.Y, ref random);

        // The neighbor's shape decides how far away it has to stand, so it is drawn once to measure and again in its place.
        PlaceRandom again = random;
        StarOutline probe = Nucleus.Create(Kind, first.Center, angle, Priority, ref random).Outline;
        float distance = first.RadiusAt(direction) + probe.RadiusAt(direction + MathF.PI) + TouchingGap;
        double x = first.Center.X + (distance * MathF.Cos(direction)), y = first.Center.Y + (distance * MathF.Sin(direction));
        if (_sites.IsFree(x, y, glands))
        {
            candidates.Add(Nucleus.Create(Kind, new SlidePoint(x, y), angle, Priority, ref again));
        }
    }
}
