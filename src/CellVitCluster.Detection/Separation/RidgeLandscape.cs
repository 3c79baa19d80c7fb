using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// What the watershed floods, before it is smoothed: deep inside nuclei, high where two touch (spec/inference.md §9, steps 4 to 6). Works in
/// place on the response images.
/// </summary>
internal static class RidgeLandscape
{
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
}
