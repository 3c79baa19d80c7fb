namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>Ranges from which the nuclei of one kind are drawn. Lengths in level-0 px (0.25 µm), stain in the units of the palette.</summary>
internal sealed record NucleusStyle
{
    /// <summary>Largest distance of a rim from its center over all styles, waves of the rim included; sets how far neighbors matter.</summary>
    public const int MaxReach = 30;

    /// <summary>Half the longer axis.</summary>
    public required (float From, float To) SemiMajor { get; init; }

    /// <summary>Shorter axis relative to the longer.</summary>
    public required (float From, float To) AxisRatio { get; init; }

    /// <summary>Waves of the rim, see <see cref="StarOutline"/>.</summary>
    public required float Irregularity { get; init; }

    /// <summary>Amount of hematoxylin.</summary>
    public required (float From, float To) Hematoxylin { get; init; }

    /// <summary>How pale the inside is relative to the membrane, 0 … 1.</summary>
    public required (float From, float To) Vesicular { get; init; }

    /// <summary>Largest number of nucleoli.</summary>
    public required int MaxNucleoli { get; init; }

    /// <summary>Share of the nuclei with a pale shrinkage halo.</summary>
    public required float HaloShare { get; init; }

    private static readonly NucleusStyle Neoplastic = new()
    {
        SemiMajor = (13.5f, 23f),
        AxisRatio = (0.6f, 0.92f),
        Irregularity = 0.055f,
        Hematoxylin = (0.75f, 1.3f),
        Vesicular = (0.3f, 0.9f),
        MaxNucleoli = 2,
        HaloShare = 0.15f,
    };

    private static readonly NucleusStyle Inflammatory = new()
    {
        SemiMajor = (8.5f, 12f),
        AxisRatio = (0.84f, 1f),
        Irregularity = 0.025f,
        Hematoxylin = (1.15f, 1.65f),
        Vesicular = (0f, 0.3f),
        MaxNucleoli = 0,
        HaloShare = 0.5f,
    };

    private static readonly NucleusStyle Connective = new()
    {
        SemiMajor = (13f, 22f),
        AxisRatio = (0.36f, 0.58f),
        Irregularity = 0.035f,
        Hematoxylin = (0.9f, 1.4f),
        Vesicular = (0f, 0.4f),
        MaxNucleoli = 0,
        HaloShare = 0.2f,
    };

    private static readonly NucleusStyle Epithelial = new()
    {
        SemiMajor = (11.5f, 15f),
        AxisRatio = (0.66f, 0.85f),
        Irregularity = 0.03f,
        Hematoxylin = (0.85f, 1.2f),
        Vesicular = (0.2f, 0.7f),
        MaxNucleoli = 1,
        HaloShare = 0f,
    };

    /// <summary>Style of a kind.</summary>
    public static NucleusStyle Of(NucleusKind kind) => kind switch
    {
        NucleusKind.Neoplastic => Neoplastic,
        NucleusKind.Inflammatory => Inflammatory,
        NucleusKind.Connective => Connective,
        _ => Epithelial,
    };
}
