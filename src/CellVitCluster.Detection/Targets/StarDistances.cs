using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Targets;

/// <summary>
/// Distance in px from each pixel of a nucleus to its outline along equally spaced rays (spec/pannuke-training.md §3; Schmidt et al., "Cell
/// Detection with Star-convex Polygons", 2018). A ray walks in steps of 1 px until the pixel it rounds to belongs to another nucleus, the
/// background or lies outside the image, and is then shortened by what it went too far: by one step along its longer axis, less half a pixel.
/// Steps are added in single precision, the correction is made in double precision, as published. Parts of one number that do not touch are
/// nuclei of their own.
/// </summary>
public static class StarDistances
{
    /// <summary>Rays of the published decoders.</summary>
    public const int PublishedRays = 32;

    /// <summary>Distances of a label image.</summary>
    /// <param name="labels">Instances of any numbers and connectivity.</param>
    /// <param name="rays">Number of rays; ray k points k/rays of a turn from +x (right) towards +y (down).</param>
    /// <returns><c>[rays, Height, Width]</c>, px; 0 outside the nuclei.</returns>
    public static float[] Of(LabelImage labels, int rays = PublishedRays)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(rays, 1);
        var regions = InstanceRegions.OfParts(labels);
        LabelImage parts = Number(labels, regions);
        float[] distances = new float[rays * labels.Width * labels.Height];
        float angle = (float)(2 * Math.PI / rays);
        for (int ray = 0; ray < rays; ray++)
        {
            float direction = ray * angle;
            float stepX = (float)Math.Cos(direction);
            float stepY = (float)Math.Sin(direction);
            Span<float> plane = distances.AsSpan(ray * labels.Width * labels.Height, labels.Width * labels.Height);
            for (int region = 0; region < regions.Count; region++)
            {
                foreach (PixelRun run in regions.RunsOf(region))
                {
                    for (int x = run.Start; x < run.End; x++)
                    {
                        plane[(run.Row * labels.Width) + x] = Walk(parts, x, run.Row, stepX, stepY);
                    }
                }
            }
        }

        return distances;
    }

    private static LabelImage Number(LabelImage labels, InstanceRegions regions)
    {
        var parts = new LabelImage(labels.Width, labels.Height);
        for (int region = 0; region < regions.Count; region++)
        {
            foreach (PixelRun run in regions.RunsOf(region))
            {
                parts.Framed.AsSpan(parts.IndexOf(run.Start, run.Row), run.Length).Fill(region + 1);
            }
        }

        return parts;
    }

    private static float Walk(LabelImage parts, int x, int y, float stepX, float stepY)
    {
        int part = parts[x, y];
        float wayX = 0, wayY = 0;
        int column, row;
        do
        {
            wayX += stepX;
            wayY += stepY;
            column = (int)Math.Round(x + (double)wayX);
            row = (int)Math.Round(y + (double)wayY);
        }
        while (column >= 0 && column < parts.Width && row >= 0 && row < parts.Height && parts[column, row] == part);

        double excess = 1 - (0.5 / Math.Max(Math.Abs(stepX), Math.Abs(stepY)));
        double endX = wayX - (excess * stepX);
        double endY = wayY - (excess * stepY);
        return (float)Math.Sqrt((endX * endX) + (endY * endY));
    }
}
