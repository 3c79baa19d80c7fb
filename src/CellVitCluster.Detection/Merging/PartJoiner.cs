using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// One cell of the parts of a nucleus that no tile saw whole. Outline, center and area are those of the union of the parts' pixels; the token
/// and the probability are means weighted by the parts' areas; the class has the most votes over all parts, where each part votes for its own
/// class only, the smaller id on a tie. Not thread-safe.
/// </summary>
/// <param name="projection">Projection to the slide.</param>
internal sealed class PartJoiner(CellProjection projection)
{
    private readonly CrackTracer _tracer = new();
    private readonly LabelHoles _holes = new();

    /// <summary>Joins at least two parts.</summary>
    /// <param name="parts">Parts in a fixed order, which makes the sums repeatable.</param>
    /// <param name="flags">Flags beside <see cref="CellFlags.JoinedFromParts"/>.</param>
    public SlideCell Join(List<SeamCell> parts, CellFlags flags)
    {
        var mask = CellMask.Union(parts.ConvertAll(part => part.Mask));
        LabelImage image = ImageOf(mask);
        (int pixels, GridPoint centroid) = Measure(image, mask.Box);
        double area = parts.Sum(part => (double)part.Cell.AreaPixels);
        return projection.Project(
            Trace(image, mask.Box),
            mask.Box,
            centroid,
            pixels,
            Summarize(parts, area),
            MeanToken(parts, area),
            flags | CellFlags.JoinedFromParts);
    }

    /// <summary>The pixels as an instance; what parts enclose together is a hole of the whole.</summary>
    private LabelImage ImageOf(CellMask mask)
    {
        GridBox box = mask.Box;
        var image = new LabelImage(box.Width, box.Height);
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                image[x, y] = mask.Contains(x + box.Left, y + box.Top) ? 1 : 0;
            }
        }

        _holes.Fill(image);
        return image;
    }

    private static (int Pixels, GridPoint Centroid) Measure(LabelImage image, GridBox box)
    {
        long sumX = 0, sumY = 0;
        int pixels = 0;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                sumX += x * image[x, y];
                sumY += y * image[x, y];
                pixels += image[x, y];
            }
        }

        return (pixels, new GridPoint(box.Left + (sumX / (double)pixels) + 0.5, box.Top + (sumY / (double)pixels) + 0.5));
    }

    private GridPoint[] Trace(LabelImage image, GridBox box)
    {
        int first = 0;
        while (image.Row(first).IndexOf(1) < 0)
        {
            first++;
        }

        ReadOnlySpan<int> points = _tracer.Trace(image, image.Row(first).IndexOf(1), first);
        var outline = new GridPoint[points.Length / 2];
        for (int i = 0; i < outline.Length; i++)
        {
            outline[i] = new GridPoint(box.Left + (points[2 * i] / 2.0), box.Top + (points[(2 * i) + 1] / 2.0));
        }

        return outline;
    }

    private static (byte Class, double Share, float Probability) Summarize(List<SeamCell> parts, double area)
    {
        Span<double> votes = stackalloc double[byte.MaxValue + 1];
        votes.Clear();
        double probability = 0;
        foreach (SeamCell part in parts)
        {
            votes[part.Cell.Class] += part.Cell.ClassShare * part.Cell.AreaPixels;
            probability += part.Cell.NucleusProbability * part.Cell.AreaPixels;
        }

        int winner = 0;
        for (int id = 1; id < votes.Length; id++)
        {
            winner = votes[id] > votes[winner] ? id : winner;
        }

        return ((byte)winner, Math.Min(votes[winner] / area, 1), (float)(probability / area));
    }

    private static Half[] MeanToken(List<SeamCell> parts, double area)
    {
        var token = new Half[parts[0].Token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            double sum = 0;
            foreach (SeamCell part in parts)
            {
                sum += (double)part.Token[i] * part.Cell.AreaPixels;
            }

            token[i] = (Half)(sum / area);
        }

        return token;
    }
}
