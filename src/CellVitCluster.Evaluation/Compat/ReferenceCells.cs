using CellVitCluster.Detection;
using CellVitCluster.Detection.Classes;
using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Compat;

/// <summary>
/// Cells of a label map with class map by the rules of the published program (spec/inference.md §10): an instance counts when the contour of
/// the part that begins last, of those that no other part encloses, has at least three vertices; the first instance of a map without background
/// is lost; the class is that of most pixels, background yielding to the runner-up. Thread-safe.
/// </summary>
public static class ReferenceCells
{
    /// <summary>Cells by ascending number.</summary>
    /// <param name="labels">Instances.</param>
    /// <param name="types">Class of each pixel, row by row.</param>
    public static IReadOnlyList<ReferenceCell> Of(LabelImage labels, byte[] types)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(types);
        var parts = new InstanceParts();
        parts.Collect(labels, new NetworkMaps
        {
            Width = labels.Width,
            Height = labels.Height,
            Nucleus = [],
            Horizontal = [],
            Vertical = [],
            Class = types,
        });
        var tracer = new ContourTracer();
        var cells = new List<ReferenceCell>();
        bool skipFirst = parts.LabeledPixels == labels.Width * labels.Height;
        for (int label = 1; label <= parts.LargestLabel; label++)
        {
            int last = parts.LastPartOf(label);
            if (last < 0)
            {
                continue;
            }

            InstancePart sums = parts.Parts[last];
            int[] votes = [.. parts.VotesOf(last)];
            var pieces = new List<InstancePart> { sums };
            for (int part = parts.PartBefore(last); part >= 0; part = parts.PartBefore(part))
            {
                pieces.Add(parts.Parts[part]);
                sums.Add(parts.Parts[part]);
                votes = [.. votes.Zip(parts.VotesOf(part).ToArray(), (a, b) => a + b)];
            }

            int vertices = VerticesOfFirstContour(labels, pieces, tracer);
            if (!skipFirst && vertices >= 3)
            {
                cells.Add(new ReferenceCell(
                    label, new((double)sums.Moments.SumX / sums.Moments.Area, (double)sums.Moments.SumY / sums.Moments.Area), ClassVote.Of(votes).Class));
            }

            skipFirst = false;
        }

        return cells;
    }

    /// <summary>The cells, or for an empty side the stand-in of the published program: one cell of class 0 at the image's corner.</summary>
    public static IReadOnlyList<ReferenceCell> OrStandIn(IReadOnlyList<ReferenceCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return cells.Count > 0 ? cells : [default];
    }

    /// <summary>Vertices of the contour by which an instance is judged; a part inside a hole of another one hangs below that one's contour.</summary>
    private static int VerticesOfFirstContour(LabelImage labels, List<InstancePart> pieces, ContourTracer tracer)
    {
        int[][] contours = [.. pieces.Select(piece => tracer.Trace(labels, piece.FirstX, piece.FirstY).ToArray())];
        for (int i = 0; i < contours.Length; i++)
        {
            var first = new SlidePoint(pieces[i].FirstX, pieces[i].FirstY);
            if (!contours.Any(other => other != contours[i] && other.Length >= 6 && new SlidePolygon([.. other.Select(v => (double)v)]).Contains(first)))
            {
                return contours[i].Length / 2;
            }
        }

        return 0;
    }
}
