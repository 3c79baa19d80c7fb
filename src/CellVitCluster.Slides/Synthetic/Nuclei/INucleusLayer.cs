using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>One reason for nuclei to be somewhere. A pure function of the slide's seed and the place; thread-safe.</summary>
internal interface INucleusLayer
{
    /// <summary>Adds all candidates with their center in the area (and maybe some beyond it).</summary>
    /// <param name="area">Where to look.</param>
    /// <param name="glands">All glands that meet the area.</param>
    /// <param name="candidates">Receives them; overlaps between them are resolved afterwards.</param>
    void Collect(PixelArea area, IReadOnlyList<Gland> glands, List<Nucleus> candidates);
}
