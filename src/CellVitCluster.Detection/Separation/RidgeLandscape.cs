using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Heights that the watershed floods: deep inside nuclei, high where two touch (spec/inference.md §9, steps 4 to 7, and §9.4). Works in
/// place on the two response images. Reusable, not thread-safe.
/// </summary>
internal sealed class RidgeLandscape
{
    private double[] _rows = [];

    /// <summary>
    /// Combines the responses to the ridge 0 … 1, replaces those along x by 1 − ridge inside the foreground and by 0 elsewhere in its region
    /// (one pixel beyond included), and marks the foreground pixels below the threshold.
    /// </summary>
    /// <param name="foreground">Foreground.</param>
    /// <param name="alongX">Responses and their scaling.</param>
    /// <param name="alongY">Responses and their scaling.</param>
    /// <param name="threshold">Ridge from which on a pixel is no marker.</param>
    /// <param name="markers">Receives 1 for marker, 0 elsewhere, <c>[Height, Width]</c>.</param>
    public static void Combine(
        Foreground foreground,
        (FramedBuffer Responses, MinMaxScaling Scaling) alongX,
        (FramedBuffer Responses, MinMaxScaling Scaling) alongY,
        double threshold,
        Span<byte> markers)
    {
        markers.Clear();
        ReadOnlySpan<PixelRun> runs = foreground.Runs;
        TileRect region = foreground.Region;
        int next = 0;
        for (int y = region.Y - 1; y <= region.Bottom; y++)
        {
            int origin = ((y + 1) * alongX.Responses.Stride) + 1;
            Span<double> depths = alongX.Responses.Values.AsSpan(origin + region.X - 1, region.Width + 2);
            int cleared = 0;
            for (; next < runs.Length && runs[next].Row == y; next++)
            {
                PixelRun run = runs[next];
                int start = run.Start - region.X + 1;
                depths[cleared..start].Clear();
                cleared = start + run.Length;
                Span<double> depth = depths.Slice(start, run.Length);
                ReadOnlySpan<double> other = alongY.Responses.Row(y).Slice(run.Start, run.Length);
                Span<byte> marker = markers.Slice((y * foreground.Width) + run.Start, run.Length);
                for (int i = 0; i < depth.Length; i++)
                {
                    float ridgeX = 1f - alongX.Scaling.Apply(depth[i]);
                    float ridgeY = 1f - alongY.Scaling.Apply(other[i]);
                    double ridge = Math.Max(Math.Max(ridgeX, ridgeY), 0f);
                    depth[i] = 1 - ridge;
                    marker[i] = ridge >= threshold ? (byte)0 : (byte)1;
                }
            }

            depths[cleared..].Clear();
        }
    }

    /// <summary>
    /// Negative of the depths smoothed with [¼, ½, ¼] along x and y, mirrored at the border of the image; written for the foreground's region.
    /// </summary>
    /// <param name="foreground">Foreground.</param>
    /// <param name="depths">As <see cref="Combine"/> leaves them.</param>
    /// <param name="heights">Receives the heights.</param>
    public void Smooth(Foreground foreground, FramedBuffer depths, FramedBuffer heights)
    {
        TileRect region = foreground.Region;
        MirrorSides(foreground, depths);
        if (_rows.Length < 3 * region.Width)
        {
            _rows = new double[3 * region.Width];
        }

        Span<double> above = _rows.AsSpan(0, region.Width);
        Span<double> center = _rows.AsSpan(region.Width, region.Width);
        Span<double> below = _rows.AsSpan(2 * region.Width, region.Width);
        SmoothRow(foreground, depths, region.Y - 1, above);
        SmoothRow(foreground, depths, region.Y, center);
        for (int y = region.Y; y < region.Bottom; y++)
        {
            SmoothRow(foreground, depths, y + 1, below);
            Span<double> target = heights.Row(y).Slice(region.X, region.Width);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = -((center[i] * 0.5) + ((above[i] + below[i]) * 0.25));
            }

            Span<double> free = above;
            above = center;
            center = below;
            below = free;
        }
    }

    private static void SmoothRow(Foreground foreground, FramedBuffer depths, int y, Span<double> target)
    {
        TileRect region = foreground.Region;
        int row = Reflection.Inside(y, foreground.Height);
        ReadOnlySpan<double> source = depths.Values.AsSpan(((row + 1) * depths.Stride) + region.X, region.Width + 2);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = (source[i + 1] * 0.5) + ((source[i] + source[i + 2]) * 0.25);
        }
    }

    /// <summary>Writes the mirrored columns into the frame, where the region reaches the image's side.</summary>
    private static void MirrorSides(Foreground foreground, FramedBuffer depths)
    {
        int left = Reflection.Inside(-1, foreground.Width);
        int right = Reflection.Inside(foreground.Width, foreground.Width);
        for (int y = foreground.Region.Y - 1; y <= foreground.Region.Bottom; y++)
        {
            int origin = ((y + 1) * depths.Stride) + 1;
            if (foreground.Region.X == 0)
            {
                depths.Values[origin - 1] = depths.Values[origin + left];
            }

            if (foreground.Region.Right == foreground.Width)
            {
                depths.Values[origin + foreground.Width] = depths.Values[origin + right];
            }
        }
    }
}
