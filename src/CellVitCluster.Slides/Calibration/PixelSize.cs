using CellVitCluster.Domain.Units;

namespace CellVitCluster.Slides.Calibration;

/// <summary>A pixel size with the place it was found at.</summary>
/// <param name="Mpp">Pixel size of level 0.</param>
/// <param name="Origin">Where it comes from, in words.</param>
internal sealed record PixelSize(Mpp Mpp, string Origin);
