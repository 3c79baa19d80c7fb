namespace CellVitCluster.Domain.Taxonomies;

/// <summary>Display colors of classes by id, as people know them from QuPath. Source: spec/conventions.md, QuPath GeoJSON.</summary>
public static class ClassPalette
{
    private static readonly (byte Red, byte Green, byte Blue)[] Colors =
    [
        (92, 20, 186),
        (255, 0, 0),
        (34, 221, 77),
        (35, 92, 236),
        (254, 255, 0),
        (255, 159, 68),
        (80, 56, 112),
        (87, 112, 56),
        (110, 0, 0),
        (255, 196, 196),
        (214, 255, 196),
    ];

    /// <summary>A class in the color of its id; from id 11 on the colors repeat.</summary>
    /// <param name="id">Class id.</param>
    /// <param name="name">Name of the class.</param>
    public static CellClass Color(byte id, string name)
    {
        (byte red, byte green, byte blue) = Colors[id % Colors.Length];
        return new CellClass(id, name, red, green, blue);
    }
}
