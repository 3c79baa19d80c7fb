using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Fixed range of Sobel responses that is mapped to 0 … 1: a property of the network, measured on validation data. Responses of the raw
/// distance maps with the unnormalized kernel of <see cref="SobelKernel"/>.
/// </summary>
/// <param name="Low">Response mapped to 0: the steepest descent, where two nuclei touch.</param>
/// <param name="High">Response mapped to 1: the steepest ascent, inside a nucleus; above <paramref name="Low"/>.</param>
public readonly record struct ResponseRange(double Low, double High)
{
    /// <summary>Extremes of one tile, over both directions.</summary>
    /// <param name="maps">Maps of the tile.</param>
    /// <param name="sobelSize">Side of the kernel in px.</param>
    /// <param name="workspace">Buffers of this thread.</param>
    public static ResponseRange Of(NetworkMaps maps, int sobelSize, SeparationWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(workspace);
        MapsGuard.Check(maps);
        SobelFilter<float> sobel = workspace.FastSobel(sobelSize);
        var tile = new TileRect(0, 0, maps.Width, maps.Height);
        (double lowX, double highX) = sobel.AlongX(
            new FloatMap(maps.Horizontal, maps.Width, maps.Height), null, tile, workspace.AlongX(maps.Width, maps.Height));
        (double lowY, double highY) = sobel.AlongY(
            new FloatMap(maps.Vertical, maps.Width, maps.Height), null, tile, workspace.AlongY(maps.Width, maps.Height));
        return new ResponseRange(Math.Min(lowX, lowY), Math.Max(highX, highY));
    }
}
