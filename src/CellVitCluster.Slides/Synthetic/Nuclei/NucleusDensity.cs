namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>
/// Share of the possible places that hold a nucleus, so that a slide shows the wanted number per mm² of tissue. Up to the default density
/// all layers thin out together; above it the structures stay full and the space between them fills up.
/// </summary>
internal readonly record struct NucleusDensity
{
    // Fitted to the nuclei counted on 16 slides of 8192 x 8192 px, per mm² of tissue: what full structures give, and what a share s of the
    // stroma's places gives, StromaSlope · s − StromaCrowding · s² (the fuller it is, the more nuclei have to give way to each other).
    private const double StructuresPerSquareMillimeter = 2410;
    private const double StromaSlope = 6900;
    private const double StromaCrowding = 2100;

    /// <summary>Shares for a wanted density.</summary>
    /// <param name="perSquareMillimeter">Nuclei per mm² of tissue.</param>
    public NucleusDensity(double perSquareMillimeter)
    {
        double scale = Math.Min(1, perSquareMillimeter / SyntheticSlideOptions.DefaultNucleiPerSquareMillimeter);
        Structures = (float)scale;
        double rest = perSquareMillimeter - (scale * StructuresPerSquareMillimeter);
        double root = Math.Sqrt((StromaSlope * StromaSlope) - (4 * StromaCrowding * rest));
        Stroma = (float)Math.Clamp((StromaSlope - root) / (2 * StromaCrowding), 0, 1);
    }

    /// <summary>Share of the places in glands, tumor, infiltrates and seams, 0 … 1.</summary>
    public float Structures { get; }

    /// <summary>Share of the places between the structures, 0 … 1.</summary>
    public float Stroma { get; }
}
