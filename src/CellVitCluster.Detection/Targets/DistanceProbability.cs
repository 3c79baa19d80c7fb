using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Targets;

/// <summary>
/// Euclidean distance of each pixel to the nearest pixel outside its nucleus, divided by the nucleus' largest, 0 … 1; 0 outside
/// (spec/pannuke-training.md §3). As published, only the crop of <see cref="InstanceRegions.CropOf"/> is looked at: where it did not grow, the
/// nucleus goes on. A nucleus that fills its crop has no outside and is 1 everywhere. Parts of one number that do not touch are nuclei of their own.
/// </summary>
public static class DistanceProbability
{
    /// <summary>The map of a label image, <c>[Height, Width]</c>.</summary>
    /// <param name="labels">Instances of any numbers and connectivity.</param>
    public static float[] Of(LabelImage labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        float[] map = new float[labels.Width * labels.Height];
        var regions = InstanceRegions.OfParts(labels);
        var transform = new DistanceTransform();
        for (int region = 0; region < regions.Count; region++)
        {
            TileRect crop = regions.CropOf(region);
            Span<int> squares = transform.Begin(crop.Width, crop.Height);
            foreach (PixelRun run in regions.RunsOf(region))
            {
                squares.Slice(((run.Row - crop.Y) * crop.Width) + run.Start - crop.X, run.Length).Fill(1);
            }

            double largest = Math.Sqrt(transform.Run());
            foreach (PixelRun run in regions.RunsOf(region))
            {
                int from = ((run.Row - crop.Y) * crop.Width) + run.Start - crop.X;
                int to = (run.Row * labels.Width) + run.Start;
                for (int i = 0; i < run.Length; i++)
                {
                    map[to + i] = (float)(Math.Sqrt(squares[from + i]) / largest);
                }
            }
        }

        return map;
    }
}
