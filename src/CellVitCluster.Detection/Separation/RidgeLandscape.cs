using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// What the watershed floods, before it is smoothed: deep inside nuclei, high where two touch (spec/inference.md §9, steps 3 to 7).
/// </summary>
internal static class RidgeLandscape
{
    /// <summary>
    /// Replaces the responses along x by 1 − ridge inside the foreground and by 0 elsewhere in its region (one pixel beyond included), and marks
    /// the foreground pixels below the threshold.
    /// </summary>
    /// <param name="foreground">Foreground.</param>
    /// <param name="alongX">Responses.</param>
    /// <param name="alongY">Responses.</param>
    /// <param name="rule">How they combine.</param>
    /// <param name="markers">Receives 1 for marker, 0 elsewhere, <c>[Height, Width]</c>.</param>
    public static void Combine(Foreground foreground, FramedBuffer alongX, FramedBuffer alongY, RidgeRow rule, Span<byte> markers)
    {
        markers.Clear();
        ClearSurroundings(foreground.Region, alongX);
        TileRect region = foreground.Region;
        for (int y = region.Y; y < region.Bottom; y++)
        {
            Span<double> row = alongX.Row(y).Slice(region.X, region.Width);
            int start = (y * foreground.Width) + region.X;
            rule.Combine(
                row,
                alongY.Row(y).Slice(region.X, region.Width),
                foreground.Mask.AsSpan(start, region.Width),
                row,
                markers.Slice(start, region.Width));
        }
    }

    /// <summary>
    /// The same from the maps, with single-precision responses of which no more is kept than the combination of a row needs.
    /// </summary>
    /// <param name="foreground">Foreground.</param>
    /// <param name="horizontal">Map whose responses along x count.</param>
    /// <param name="vertical">Map whose responses along y count.</param>
    /// <param name="filter">Filter.</param>
    /// <param name="rule">How the responses combine.</param>
    /// <param name="depths">Receives the depths.</param>
    /// <param name="markers">Receives the markers.</param>
    public static void Stream(
        Foreground foreground,
        FloatMap horizontal,
        FloatMap vertical,
        SobelFilter<float> filter,
        RidgeRow rule,
        FramedBuffer depths,
        Span<byte> markers)
    {
        markers.Clear();
        ClearSurroundings(foreground.Region, depths);
        TileRect region = foreground.Region;
        for (int x = region.X; x < region.Right; x += SobelStrip<float>.Width)
        {
            TileRect area = region with { X = x, Width = Math.Min(SobelStrip<float>.Width, region.Right - x) };
            SobelStrip<float> alongX = filter.BeginAlongX(horizontal, area), alongY = filter.BeginAlongY(vertical, area);
            for (int y = area.Y; y < area.Bottom; y++)
            {
                int start = (y * foreground.Width) + area.X;
                ReadOnlySpan<byte> mask = foreground.Mask.AsSpan(start, area.Width);
                Span<double> row = depths.Row(y).Slice(area.X, area.Width);
                rule.Combine(alongX.Next(mask), alongY.Next(mask), mask, row, markers.Slice(start, area.Width));
            }
        }
    }

    /// <summary>The smoothing looks one pixel beyond the region.</summary>
    private static void ClearSurroundings(TileRect region, FramedBuffer depths)
    {
        depths.Around(region, region.Y - 1).Clear();
        depths.Around(region, region.Bottom).Clear();
        for (int y = region.Y; y < region.Bottom; y++)
        {
            Span<double> row = depths.Around(region, y);
            row[0] = row[^1] = 0;
        }
    }
}
