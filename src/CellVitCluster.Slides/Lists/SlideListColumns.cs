namespace CellVitCluster.Slides.Lists;

/// <summary>Places of the columns of a slide list. Names are compared without regard to case and surrounding blanks; other columns are ignored.</summary>
/// <param name="Path">Column with the slide's path.</param>
/// <param name="Mpp">Column with the pixel size, or −1.</param>
/// <param name="Magnification">Column with the objective power, or −1.</param>
internal readonly record struct SlideListColumns(int Path, int Mpp, int Magnification)
{
    /// <summary>Accepted names of the path column.</summary>
    public static IReadOnlyList<string> PathNames { get; } = ["path", "wsi", "slide", "filename", "wsi_path"];

    private static readonly string[] MppNames = ["wsi_mpp", "slide_mpp", "mpp"];
    private static readonly string[] MagnificationNames = ["wsi_magnification", "magnification"];

    /// <summary>Finds the columns in a header; <see cref="Path"/> is −1 when there is none.</summary>
    public static SlideListColumns Find(IReadOnlyList<string> header) =>
        new(IndexOf(header, PathNames), IndexOf(header, MppNames), IndexOf(header, MagnificationNames));

    /// <summary>The first accepted name that the header has decides, so that a list with both "path" and "slide" means its paths.</summary>
    private static int IndexOf(IReadOnlyList<string> header, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            for (int column = 0; column < header.Count; column++)
            {
                if (header[column].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return column;
                }
            }
        }

        return -1;
    }
}
