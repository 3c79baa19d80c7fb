using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Measures;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Merging;

/// <summary>
/// One cell of the parts of a nucleus that no tile saw whole. Outline, center, area and shape are those of the union of the parts' pixels; the
/// token and the probabilities are means weighted by the parts' areas; the class has the most votes over all parts, where each part votes for
/// its own class only, the smaller id on a tie. Not thread-safe.
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
        PixelMoments moments = MomentsOf(image);
        double area = parts.Sum(part => (double)part.Cell.AreaPixels);
        (byte winner, double share) = Vote(parts, area);
        var joined = new JoinedCell
        {
            Outline = Trace(image, mask.Box),
            Box = mask.Box,
            Centroid = new GridPoint(mask.Box.Left + moments.CenterX, mask.Box.Top + moments.CenterY),
            AreaPixels = moments.Area,
            OrientationDegrees = moments.OrientationDegrees,
            Class = winner,
            ClassShare = share,
            ClassProbabilities = MeanClassProbabilities(parts, area),
            NucleusProbability = (float)(parts.Sum(part => part.Cell.NucleusProbability * (double)part.Cell.AreaPixels) / area),
            Token = MeanToken(parts, area),
        };
        return projection.Project(joined, flags | CellFlags.JoinedFromParts);
    }

    /// <summary>The pixels as one instance; what the parts enclose only together is a hole of the whole.</summary>
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

    private static PixelMoments MomentsOf(LabelImage image)
    {
        var moments = default(PixelMoments);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                if (image[x, y] != 0)
                {
                    moments.AddRun(y, x, x + 1);
                }
            }
        }

        return moments;
    }

    /// <summary>Outline in grid px, interleaved x, y.</summary>
    private double[] Trace(LabelImage image, GridBox box)
    {
        int firstY = 0;
        while (image.Row(firstY).IndexOf(1) < 0)
        {
            firstY++;
        }

        ReadOnlySpan<int> points = _tracer.Trace(image, image.Row(firstY).IndexOf(1), firstY);
        var outline = new double[points.Length];
        for (int i = 0; i < outline.Length; i += 2)
        {
            outline[i] = box.Left + (points[i] / 2.0);
            outline[i + 1] = box.Top + (points[i + 1] / 2.0);
        }

        return outline;
    }

    private static (byte Class, double Share) Vote(List<SeamCell> parts, double area)
    {
        Span<double> votes = stackalloc double[byte.MaxValue + 1];
        votes.Clear();
        foreach (SeamCell part in parts)
        {
            votes[part.Cell.Class] += part.Cell.ClassShare * part.Cell.AreaPixels;
        }

        int winner = 0;
        for (int id = 1; id < votes.Length; id++)
        {
            winner = votes[id] > votes[winner] ? id : winner;
        }

        return ((byte)winner, Math.Min(votes[winner] / area, 1));
    }

    /// <summary>None when a part has none: tile results of an earlier version carry no probabilities.</summary>
    private static float[] MeanClassProbabilities(List<SeamCell> parts, double area)
    {
        var means = new float[parts.Min(part => part.ClassProbabilities.Length)];
        for (int id = 0; id < means.Length; id++)
        {
            double sum = 0;
            foreach (SeamCell part in parts)
            {
                sum += (double)part.ClassProbabilities.Span[id] * part.Cell.AreaPixels;
            }

            means[id] = (float)(sum / area);
        }

        return means;
    }

    private static Half[] MeanToken(List<SeamCell> parts, double area)
    {
        var token = new Half[parts[0].Token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            double sum = 0;
            foreach (SeamCell part in parts)
            {
                sum += (double)part.Token.Span[i] * part.Cell.AreaPixels;
            }

            token[i] = (Half)(sum / area);
        }

        return token;
    }
}
