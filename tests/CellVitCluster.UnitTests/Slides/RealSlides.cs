using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides;

/// <summary>Paths of the real slides of the reference data.</summary>
internal static class RealSlides
{
    /// <summary>Aperio, 2220 × 2967 px, one level, 0.499 µm/px, JPEG.</summary>
    public static string Cmu => SharedData.Path("data", "wsi", "CMU-1-Small-Region.svs");

    /// <summary>Aperio, 11952 × 10249 px, two levels, 0.5026 µm/px, JPEG 2000, 0.3 % tissue.</summary>
    public static string Luna => SharedData.Path("data", "wsi", "luna-1065626.svs");

    /// <summary>Generic TIFF, 3360 × 3360 px, five levels, 0.25 µm/px stated as TIFF resolution only.</summary>
    public static string Tnbc => SharedData.Path("data", "wsi", "tnbc-mosaic-shared.tiff");
}
