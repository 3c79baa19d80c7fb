using CellVitCluster.Slides.Synthetic.Nuclei;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic;

/// <summary>Everything that is on a slide, computed on demand from seed and place. Immutable, shared by all threads.</summary>
internal sealed class Scene
{
    /// <summary>Prepares the scene of a slide.</summary>
    public Scene(SyntheticSlideOptions options)
    {
        Seed = options.Seed;
        Tissue = new TissueMap(options.Seed);
        Glands = new GlandField(options.Seed, Tissue);
        Nuclei = new NucleusField(options, Tissue, Glands);
        Textures = TextureBank.Create(options.Seed);
        Palette = StainPalette.Create();
    }

    /// <summary>Seed of the slide.</summary>
    public long Seed { get; }

    /// <summary>Kinds of tissue.</summary>
    public TissueMap Tissue { get; }

    /// <summary>Glands.</summary>
    public GlandField Glands { get; }

    /// <summary>Nuclei.</summary>
    public NucleusField Nuclei { get; }

    /// <summary>Textures.</summary>
    public TextureBank Textures { get; }

    /// <summary>Colors of stain, see <see cref="StainPalette.Create"/>.</summary>
    public uint[] Palette { get; }
}
