using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Detection.Targets;

/// <summary>
/// Horizontal and vertical distance maps, the target of the distance branch (spec/pannuke-training.md §3): per instance the way from its rounded
/// center of mass along x and along y, each side scaled to its own extreme, −1 … 1; 0 outside. As published, coordinates begin at 1 while the
/// center counts from 0, so a center pixel is positive, not 0. All pixels of one number share one center, however far apart they lie.
/// </summary>
/// <param name="Horizontal"><c>[Height, Width]</c>, along x, −1 … 1.</param>
/// <param name="Vertical"><c>[Height, Width]</c>, along y, −1 … 1.</param>
public sealed record DistanceMaps(float[] Horizontal, float[] Vertical)
{
    /// <summary>
    /// Px by which the published program widens the box of an instance. What is still one pixel thin afterwards gets no distances. The height is
    /// asked in both directions, so that on images up to 3 px high an instance at the left side can be left out although there is room.
    /// </summary>
    private const int Growth = 2;

    /// <summary>Maps of a label image.</summary>
    /// <param name="labels">Instances of any numbers and connectivity.</param>
    public static DistanceMaps Of(LabelImage labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var maps = new DistanceMaps(new float[labels.Width * labels.Height], new float[labels.Width * labels.Height]);
        var regions = InstanceRegions.OfLabels(labels);
        float[] columns = new float[labels.Width];
        for (int region = 0; region < regions.Count; region++)
        {
            InstancePart sums = regions[region];
            if (IsThin(sums.Left, sums.Right, labels.Height) || IsThin(sums.FirstY, sums.Bottom, labels.Height))
            {
                continue;
            }

            var alongX = new Axis(sums.Moments.SumX, sums.Moments.Area, sums.Left, sums.Right - 1);
            var alongY = new Axis(sums.Moments.SumY, sums.Moments.Area, sums.FirstY, sums.Bottom - 1);
            for (int x = sums.Left; x < sums.Right; x++)
            {
                columns[x] = alongX.At(x);
            }

            foreach (PixelRun run in regions.RunsOf(region))
            {
                int at = (run.Row * labels.Width) + run.Start;
                columns.AsSpan(run.Start, run.Length).CopyTo(maps.Horizontal.AsSpan(at));
                maps.Vertical.AsSpan(at, run.Length).Fill(alongY.At(run.Row));
            }
        }

        return maps;
    }

    private static bool IsThin(int first, int end, int height) => end - first == 1 && first < Growth && end > height - Growth;

    /// <summary>Scaled way from the center along one axis. The extremes of an instance are those of its box.</summary>
    private readonly struct Axis
    {
        private readonly int _center;
        private readonly float _low;
        private readonly float _high;

        public Axis(long sum, int area, int first, int last)
        {
            // floor(mean + ½) in whole numbers.
            _center = (int)(((2 * sum) + area) / (2L * area));
            _low = -(first + 1 - _center);
            _high = last + 1 - _center;
        }

        public float At(int position)
        {
            float way = position + 1 - _center;
            return way < 0 ? way / _low : way > 0 ? way / _high : 0;
        }
    }
}
