using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>Sobel responses of a map, in one precision or another (spec/inference.md §9.3). Reusable, not thread-safe.</summary>
internal interface ISobelFilter
{
    /// <summary>Side of the kernel in px.</summary>
    int Size { get; }

    /// <summary>Derivative along x, smoothed along y.</summary>
    /// <param name="map">Source.</param>
    /// <param name="scaling">Applied to the source values in single precision; null leaves them.</param>
    /// <param name="region">Pixels whose response is wanted.</param>
    /// <param name="target">Receives the responses of the region; the others stay.</param>
    /// <returns>Smallest and largest response in the region.</returns>
    (double Low, double High) AlongX(FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target);

    /// <summary>Derivative along y, smoothed along x; parameters as for <see cref="AlongX"/>.</summary>
    (double Low, double High) AlongY(FloatMap map, MinMaxScaling? scaling, TileRect region, FramedBuffer target);
}
