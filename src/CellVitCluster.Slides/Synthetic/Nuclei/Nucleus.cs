using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>One nucleus: its shape and how it is stained. Immutable.</summary>
internal sealed class Nucleus
{
    private Nucleus(NucleusKind kind, StarOutline outline, ulong key, int priority)
    {
        Kind = kind;
        Outline = outline;
        Key = key;
        Priority = priority;
    }

    /// <summary>Its kind.</summary>
    public NucleusKind Kind { get; }

    /// <summary>Its shape; what is drawn is the inside of this outline with a soft edge of about 1 px.</summary>
    public StarOutline Outline { get; }

    /// <summary>Digest that is this nucleus' alone: decides ties and gives its id.</summary>
    public ulong Key { get; }

    /// <summary>Rank of the layer it belongs to; where two nuclei would overlap, the lower rank stays.</summary>
    public int Priority { get; }

    /// <summary>Amount of hematoxylin in the units of the palette.</summary>
    public required float Hematoxylin { get; init; }

    /// <summary>How pale the inside is relative to the membrane, 0 … 1.</summary>
    public required float Vesicular { get; init; }

    /// <summary>Number of nucleoli, 0 … 2.</summary>
    public required int Nucleoli { get; init; }

    /// <summary>Whether a pale halo surrounds it.</summary>
    public required bool Halo { get; init; }

    /// <summary>Draws a nucleus of a kind at random.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="center">Center in level-0 px.</param>
    /// <param name="angle">Direction of the longer axis in radians.</param>
    /// <param name="priority">Rank of the layer.</param>
    /// <param name="random">Source of all its properties.</param>
    public static Nucleus Create(NucleusKind kind, SlidePoint center, float angle, int priority, ref PlaceRandom random)
    {
        NucleusStyle style = NucleusStyle.Of(kind);
        float semiMajor = random.Between(style.SemiMajor.From, style.SemiMajor.To);
        float semiMinor = semiMajor * random.Between(style.AxisRatio.From, style.AxisRatio.To);
        var outline = new StarOutline(center, semiMajor, semiMinor, angle, style.Irregularity, ref random);

        // A few nuclei of every kind are hyperchromatic: smudged dark without inner structure.
        bool dark = random.NextFloat() < 0.06f;
        float hematoxylin = random.Between(style.Hematoxylin.From, style.Hematoxylin.To);
        return new Nucleus(kind, outline, random.NextBits(), priority)
        {
            Hematoxylin = dark ? Math.Min(1.9f, hematoxylin * 1.4f) : hematoxylin,
            Vesicular = dark ? 0f : random.Between(style.Vesicular.From, style.Vesicular.To),
            Nucleoli = (int)(random.NextFloat() * (style.MaxNucleoli + 1)),
            Halo = random.NextFloat() < style.HaloShare,
        };
    }

    /// <summary>Whether this nucleus stays where it would overlap the other one.</summary>
    public bool Outranks(Nucleus other) => Priority != other.Priority ? Priority < other.Priority : Key < other.Key;
}
