using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>
/// All nuclei of a slide as a pure function of place, so that every block finds its own without knowing the others. Layers propose
/// candidates; where two would come closer than <see cref="MinGap"/>, the one of lower rank is dropped, even if the winner is itself
/// dropped for a third (Matérn's second hard-core rule), which keeps the decision local. Nuclei that would cross the slide's sides are
/// left out. Thread-safe.
/// </summary>
internal sealed class NucleusField
{
    /// <summary>Distance in px that two nuclei keep at least; touching pairs stand hardly farther apart.</summary>
    public const float MinGap = 0.3f;

    private readonly int _width;
    private readonly int _height;
    private readonly GlandField _glands;
    private readonly INucleusLayer[] _layers;

    /// <summary>Creates the field of a slide.</summary>
    public NucleusField(SyntheticSlideOptions options, TissueMap tissue, GlandField glands)
    {
        _width = options.Width;
        _height = options.Height;
        _glands = glands;
        var density = new NucleusDensity(options.NucleiPerSquareMillimeter);
        var sites = new NucleusSites(tissue);
        _layers =
        [
            new GlandLayer(density),
            new SeamLayer(options.Seed, sites, density),
            new GridLayer(sites, (x, y) => tissue.Tumor(x, y) > 0.02f ? 0.85f * density.Structures : 0f)
            {
                Seed = options.Seed, Kind = NucleusKind.Neoplastic, Priority = 2, Spacing = 52, Jitter = 0.24f, PairShare = 0.08f,
            },
            new GridLayer(sites, (x, y) => tissue.Tumor(x, y) > 0f ? 0f : Math.Min(1f, tissue.Inflammation(x, y) * 6f) * density.Structures)
            {
                Seed = options.Seed, Kind = NucleusKind.Inflammatory, Priority = 3, Spacing = 27, Jitter = 0.22f, PairShare = 0.08f,
            },
            new GridLayer(sites, (x, y) => tissue.Tumor(x, y) > 0f ? 0f : density.Stroma)
            {
                Seed = options.Seed, Kind = NucleusKind.Connective, Priority = 4, Spacing = 44, Jitter = 0.3f, PairShare = 0.1f,
            },
            new GridLayer(sites, (_, _) => density.Stroma * 0.3f)
            {
                Seed = options.Seed, Kind = NucleusKind.Inflammatory, Priority = 5, Spacing = 56, Jitter = 0.4f, PairShare = 0.25f,
            },
        ];
    }

    /// <summary>Nuclei that share pixels with an area, in an order that depends on the place only.</summary>
    public List<Nucleus> In(PixelArea area)
    {
        // A nucleus at the rim of the area may lose to one that stands two reaches farther out.
        PixelArea wide = area.Grow(4 * NucleusStyle.MaxReach);
        List<Nucleus> candidates = [];
        List<Gland> glands = _glands.In(wide.Grow(4 * NucleusStyle.MaxReach));
        foreach (INucleusLayer layer in _layers)
        {
            layer.Collect(wide, glands, candidates);
        }

        candidates.Sort(ByPlace);
        List<Nucleus> kept = [];
        for (int i = 0; i < candidates.Count; i++)
        {
            StarOutline outline = candidates[i].Outline;
            if (area.Touches(outline.Center.X, outline.Center.Y, outline.Reach) && IsOnSlide(outline) && Survives(candidates, i))
            {
                kept.Add(candidates[i]);
            }
        }

        return kept;
    }

    private bool IsOnSlide(StarOutline outline) =>
        outline.Center.X >= outline.Reach && outline.Center.X <= _width - outline.Reach
        && outline.Center.Y >= outline.Reach && outline.Center.Y <= _height - outline.Reach;

    private static bool Survives(List<Nucleus> sorted, int index)
    {
        for (int i = index - 1; i >= 0 && AreNear(sorted[i], sorted[index]); i--)
        {
            if (Loses(sorted[index], sorted[i]))
            {
                return false;
            }
        }

        for (int i = index + 1; i < sorted.Count && AreNear(sorted[index], sorted[i]); i++)
        {
            if (Loses(sorted[index], sorted[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreNear(Nucleus left, Nucleus right) =>
        right.Outline.Center.X - left.Outline.Center.X <= (2 * NucleusStyle.MaxReach) + 1;

    private static bool Loses(Nucleus nucleus, Nucleus other) =>
        other.Outranks(nucleus) && !nucleus.Outline.IsClearOf(other.Outline, MinGap);

    private static int ByPlace(Nucleus left, Nucleus right)
    {
        int byX = left.Outline.Center.X.CompareTo(right.Outline.Center.X);
        return byX != 0 ? byX : left.Key.CompareTo(right.Key);
    }
}
