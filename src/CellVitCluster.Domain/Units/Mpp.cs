using System.Globalization;

namespace CellVitCluster.Domain.Units;

/// <summary>Pixel size: micrometers per pixel along one axis, at a stated resolution level.</summary>
/// <param name="MicronsPerPixel">µm per pixel, finite and greater than zero.</param>
public readonly record struct Mpp(double MicronsPerPixel)
{
    /// <summary>Pixel size the published networks were trained at: 0.25 µm/px ("40x").</summary>
    public static Mpp NetworkDefault { get; } = new(0.25);

    /// <summary>Area of one pixel in µm².</summary>
    public double SquareMicronsPerPixel => MicronsPerPixel * MicronsPerPixel;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MicronsPerPixel:0.####} µm/px");
}
