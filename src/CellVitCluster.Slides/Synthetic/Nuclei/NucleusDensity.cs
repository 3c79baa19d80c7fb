namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>
/// Share of the possible places that hold a nucleus, so that a slide shows the wanted number per mm² of tissue. Up to the default density
/// all layers thin out together; above it the structures stay full and the space between them fills up.
/// </summary>
internal readonly record struct NucleusDensity
{
    // Measured over large slides: nuclei per mm² of tissue that the layers give, and what one full stroma layer adds.
    private const double StructuresPerSquareMillimeter = 2950;
    private const double StromaPerSquareMillimeter = 5600;

    /// <summary>Shares for a wanted density.</summary>
    /// <param name="perSquareMillimeter">Nuclei per mm² of tissue.</param>
    public NucleusDensity(double perSquareMillimeter)
    {
        double scale = Math.Min(1, perSquareMillimeter / SyntheticSlideOptions.DefaultNucleiPerSquareMillimeter);
        Structures = (float)scale;
        double rest = perSquareMillimeter - (scale * StructuresPerSquareMillimeter);
        Stroma = (float)Math.Clamp(rest / StromaPerSquareMillimeter, 0, 1);
    }

    /// <summary>Share of the places in glands, tumor, infiltrates and seams, 0 … 1.</summary>
    public float Structures { get; }

    /// <summary>Share of the places between the structures, 0 … 1.</summary>
    public float Stroma { get; }
}
