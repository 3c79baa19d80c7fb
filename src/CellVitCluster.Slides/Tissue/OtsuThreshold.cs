namespace CellVitCluster.Slides.Tissue;

/// <summary>Otsu's threshold of the luminance of an RGB picture. Source: N. Otsu 1979; conventions of spec/inference.md §6.4.</summary>
internal static class OtsuThreshold
{
    private const int Bins = 256;

    /// <summary>Luminance 0 … 255 of a pixel.</summary>
    public static double Luminance((byte R, byte G, byte B) pixel) => 255 * (((0.2125 * pixel.R) + (0.7154 * pixel.G) + (0.0721 * pixel.B)) / 255);

    /// <summary>Computes the threshold; tissue is darker than it.</summary>
    /// <param name="thumbnail">At least one pixel.</param>
    public static double Compute<TView>(TView thumbnail)
        where TView : struct, IThumbnailView, allows ref struct
    {
        double min = double.MaxValue, max = double.MinValue;
        for (int pixel = 0; pixel < thumbnail.Count; pixel++)
        {
            double luminance = Luminance(thumbnail[pixel]);
            min = Math.Min(min, luminance);
            max = Math.Max(max, luminance);
        }

        if (min == max)
        {
            return min;
        }

        double[] edges = Edges(min, max);
        return BestSplit(Histogram(thumbnail, edges), edges);
    }

    private static double[] Edges(double min, double max)
    {
        var edges = new double[Bins + 1];
        double step = (max - min) / Bins;
        for (int i = 0; i < Bins; i++)
        {
            edges[i] = min + (i * step);
        }

        edges[Bins] = max;
        return edges;
    }

    /// <summary>Counts per bin; a value belongs to the bin whose edges enclose it even where the division rounds it into a neighbor.</summary>
    private static long[] Histogram<TView>(TView thumbnail, double[] edges)
        where TView : struct, IThumbnailView, allows ref struct
    {
        var counts = new long[Bins];
        double min = edges[0], scale = Bins / (edges[Bins] - min);
        for (int pixel = 0; pixel < thumbnail.Count; pixel++)
        {
            double luminance = Luminance(thumbnail[pixel]);
            int bin = Math.Min((int)((luminance - min) * scale), Bins - 1);
            if (luminance < edges[bin])
            {
                bin--;
            }
            else if (bin < Bins - 1 && luminance >= edges[bin + 1])
            {
                bin++;
            }

            counts[bin]++;
        }

        return counts;
    }

    private static double BestSplit(long[] counts, double[] edges)
    {
        double total = 0, moment = 0;
        for (int i = 0; i < Bins; i++)
        {
            total += counts[i];
            moment += counts[i] * Center(edges, i);
        }

        double below = 0, belowMoment = 0, bestScore = double.NegativeInfinity;
        int best = 0;
        for (int i = 0; i < Bins - 1; i++)
        {
            below += counts[i];
            belowMoment += counts[i] * Center(edges, i);
            double difference = (belowMoment / below) - ((moment - belowMoment) / (total - below));
            double score = below * (total - below) * difference * difference;
            if (score > bestScore)
            {
                bestScore = score;
                best = i;
            }
        }

        return Center(edges, best);
    }

    private static double Center(double[] edges, int bin) => (edges[bin] + edges[bin + 1]) / 2;
}
