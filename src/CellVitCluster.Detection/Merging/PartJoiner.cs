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
    private readonly ContourTracer _tracer = new();

    /// <summary>Joins at least two parts.</summary>
    /// <param name="parts">Parts in a fixed order, which makes the sums repeatable.</param>
    /// <param name="flags">Flags beside <see cref="CellFlags.JoinedFromParts"/>.</param>
    public SlideCell Join(List<SeamCell> parts, CellFlags flags)
    {
        var mask = CellMask.Union(parts.ConvertAll(part => part.Mask));
        (GridPoint[] outline, GridPoint centroid) = Trace(mask);
        double area = parts.Sum(part => (double)part.Cell.AreaPixels);
        return projection.Project(
            outline, mask.Box, centroid, mask.Area, Summarize(parts, area), MeanToken(parts, area), flags | CellFlags.JoinedFromParts);
    }

    private (GridPoint[] Outline, GridPoint Centroid) Trace(CellMask mask)
    {
        GridBox box = mask.Box;
        var image = new LabelImage(box.Width, box.Height);
        int firstX = -1, firstY = -1;
        long sumX = 0, sumY = 0;
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                if (!mask.Contains(x + box.Left, y + box.Top))
                {
                    continue;
                }

                image[x, y] = 1;
                (firstX, firstY) = firstY < 0 ? (x, y) : (firstX, firstY);
                sumX += x;
                sumY += y;
            }
        }

        var centroid = new GridPoint(box.Left + (sumX / (double)mask.Area) + 0.5, box.Top + (sumY / (double)mask.Area) + 0.5);
        ReadOnlySpan<int> points = _tracer.Trace(image, firstX, firstY);
        if (points.Length < 6)
        {
            return ([new(box.Left, box.Top), new(box.Left, box.Bottom), new(box.Right, box.Bottom), new(box.Right, box.Top)], centroid);
        }

        var outline = new GridPoint[points.Length / 2];
        for (int i = 0; i < outline.Length; i++)
        {
            outline[i] = new GridPoint(box.Left + points[2 * i] + 0.5, box.Top + points[(2 * i) + 1] + 0.5);
        }

        return (outline, centroid);
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
