namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>Nuclei along one piece of a seam, in its own frame: u along the seam from 0, v across it, 0 in the middle of the overlap.</summary>
/// <param name="random">Numbers of this piece.</param>
/// <param name="length">Length of the piece, px.</param>
/// <param name="largeShare">Share of the rows that hold one nucleus longer than the overlap.</param>
internal sealed class SeamStrip(Random random, double length, double largeShare)
{
    /// <summary>Px across the seam, to either side, within which nuclei lie.</summary>
    public const int HalfWidth = 98;

    private const int SmallestSide = 12;
    private const int LargestOfRow = 60;
    private const int SmallestLarge = 64;
    private const int LargestLarge = 150;
    private const int RowHalfWidth = 64;
    private const int Gap = 3;
    private const double TouchingShare = 0.04;

    /// <summary>Fills the piece row by row.</summary>
    public IEnumerable<(double U, double V, (double A, double B) Axes, double Turn, bool IsTouching)> Fill()
    {
        for (double u = 0; u < length;)
        {
            double height;
            if (random.NextDouble() < largeShare)
            {
                ((double A, double B) axes, double turn) = Draw(SmallestLarge, LargestLarge);
                double along = SeamNucleus.ReachAlong(axes, turn), across = SeamNucleus.ReachAlong(axes, turn + (Math.PI / 2));
                height = 2 * along;
                if (u + height > length)
                {
                    yield break;
                }

                yield return (u + along, Between(-1, 1) * Math.Min(32, HalfWidth - across), axes, turn, false);
            }
            else
            {
                height = random.Next(SmallestSide + 4, LargestOfRow + 1);
                if (u + height > length)
                {
                    yield break;
                }

                foreach (var nucleus in Row(u, height))
                {
                    yield return nucleus;
                }
            }

            u += height + Gap + random.Next(4);
        }
    }

    private IEnumerable<(double U, double V, (double A, double B) Axes, double Turn, bool IsTouching)> Row(double u, double height)
    {
        double v = -RowHalfWidth + (10 * random.NextDouble());
        while (true)
        {
            ((double A, double B) axes, double turn) = Draw(SmallestSide, height);
            bool pair = random.NextDouble() < TouchingShare;
            turn = pair ? 0 : turn;
            double along = SeamNucleus.ReachAlong(axes, turn), across = SeamNucleus.ReachAlong(axes, turn + (Math.PI / 2));
            double width = pair ? (4 * across) - 2 : 2 * across;
            if (v + width > RowHalfWidth)
            {
                yield break;
            }

            double center = Between(u + along, u + height - along);
            yield return (center, v + across, axes, turn, pair);
            if (pair)
            {
                yield return (center, v + (3 * across) - 2, axes, turn, true);
            }

            v += width + Gap + random.Next(5);
        }
    }

    /// <summary>Half axes and direction of an ellipse whose longer side lies in a range and whose shorter is at least 0.6 of it.</summary>
    private ((double A, double B) Axes, double Turn) Draw(double shortest, double longest)
    {
        double a = Between(shortest, longest) / 2;
        return ((a, a * Between(0.6, 1)), Between(0, Math.PI));
    }

    private double Between(double from, double to) => from + ((to - from) * random.NextDouble());
}
