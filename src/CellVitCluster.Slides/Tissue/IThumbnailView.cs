namespace CellVitCluster.Slides.Tissue;

/// <summary>A thumbnail as a step of the tissue detection sees it, pixel by pixel, without a copy.</summary>
internal interface IThumbnailView
{
    /// <summary>Number of pixels.</summary>
    int Count { get; }

    /// <summary>Color of a pixel.</summary>
    (byte R, byte G, byte B) this[int pixel] { get; }
}
