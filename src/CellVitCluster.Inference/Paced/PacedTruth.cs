using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Inference.Paced;

/// <summary>
/// What a run with a <see cref="PacedModel"/> must find, however many workers shared it and whatever happened meanwhile. Holds for runs
/// without a region of interest and without failed tiles.
/// </summary>
/// <param name="Whole">Centers in level-0 px of the nuclei that at least one planned tile shows whole; each must be found there, once.</param>
/// <param name="Cut">Number of nuclei that reach out of the planned tiles: each must be found once, cut.</param>
public sealed record PacedTruth(IReadOnlyList<SlidePoint> Whole, int Cut)
{
    /// <summary>Number of cells that the store must have.</summary>
    public int Count => Whole.Count + Cut;

    /// <summary>The truth for a slide.</summary>
    /// <param name="model">The model of the run.</param>
    /// <param name="plan">The planned tiles.</param>
    public static PacedTruth Of(PacedModel model, TilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var lattice = new PacedLattice(model);
        var whole = new HashSet<LatticeNucleus>();
        var seen = new HashSet<LatticeNucleus>();
        foreach (TileId tile in plan.Tiles)
        {
            TileFrame frame = plan.Grid.FrameOf(tile);
            foreach (LatticeNucleus nucleus in lattice.VisibleIn(frame))
            {
                seen.Add(nucleus);
                if (lattice.IsWholeIn(nucleus, frame))
                {
                    whole.Add(nucleus);
                }
            }
        }

        return new PacedTruth(
            [.. whole.OrderBy(n => n.Y).ThenBy(n => n.X).Select(n => plan.Grid.ToSlide(lattice.CenterOf(n)))],
            seen.Count - whole.Count);
    }
}
