using CellVitCluster.Domain.Tiles;
using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;

namespace CellVitCluster.Detection.Compat;

/// <summary>
/// The published removal of doubles, defects included (spec/inference.md §14): the outcome depends on the order of the list, of two overlapping
/// cells the later one stays, and a cell at the border of its tile is judged by the first of its neighbors only.
/// </summary>
public static class ReferenceCleaner
{
    private const int MaxPasses = 20;
    private const double OverlapShare = 0.01;

    /// <summary>Cleans a list of cells.</summary>
    /// <param name="cells">All cells of a slide in candidate order: tiles row by row, cells by their instance numbers.</param>
    /// <param name="cancellation">Abandons the cleaning.</param>
    /// <returns>Ascending indices of the cells that stay.</returns>
    public static IReadOnlyList<int> Clean(IReadOnlyList<ReferenceCell> cells, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cells);
        List<int> margin = RemoveCut(cells);
        var kept = Enumerable.Range(0, cells.Count).Where(i => cells[i].Placement.Zone == ReferenceZone.Center).ToList();
        kept.AddRange(RemoveOverlapping(cells, margin, cancellation));
        kept.Sort();
        return kept;
    }

    /// <summary>
    /// Stage A: margin cells without those at the border of their tile whose first neighbor has margin cells of its own, and without those
    /// that touch opposite or more than two sides.
    /// </summary>
    internal static List<int> RemoveCut(IReadOnlyList<ReferenceCell> cells)
    {
        HashSet<TileId> tiles = [.. cells.Where(cell => cell.Placement.Zone != ReferenceZone.Center).Select(cell => cell.Tile)];
        var kept = new List<int>();
        for (int i = 0; i < cells.Count; i++)
        {
            ReferencePlacement placement = cells[i].Placement;
            bool inMargin = placement.Zone != ReferenceZone.Center;
            if (inMargin && (!placement.TouchesBorder || (placement.EdgeTiles is { } edge && !tiles.Contains(edge[0]))))
            {
                kept.Add(i);
            }
        }

        return kept;
    }

    private static List<int> RemoveOverlapping(IReadOnlyList<ReferenceCell> cells, List<int> indices, CancellationToken cancellation)
    {
        var polygons = new ReferencePolygons();
        List<Candidate> candidates = indices.ConvertAll(index =>
        {
            Geometry shape = polygons.Build(cells[index].Contour);
            return new Candidate(index, shape, shape.Area);
        });
        for (int pass = 0; pass < MaxPasses; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            List<Candidate> kept = RunPass(candidates, out int overlaps);
            if (overlaps == 0)
            {
                break;
            }

            candidates = kept;
        }

        return candidates.ConvertAll(candidate => candidate.Index);
    }

    private static List<Candidate> RunPass(List<Candidate> candidates, out int overlaps)
    {
        var tree = new STRtree<Candidate>();
        foreach (Candidate candidate in candidates)
        {
            tree.Insert(candidate.Shape.EnvelopeInternal, candidate);
        }

        var done = new HashSet<int>();
        var kept = new List<Candidate>(candidates.Count);
        overlaps = 0;
        foreach (Candidate query in candidates)
        {
            if (done.Contains(query.Index))
            {
                continue;
            }

            Candidate? largest = null;
            foreach (Candidate hit in tree.Query(query.Shape.EnvelopeInternal).OrderBy(hit => hit.Index))
            {
                if (hit.Index == query.Index || done.Contains(hit.Index) || !query.Overlaps(hit))
                {
                    continue;
                }

                overlaps++;
                done.Add(hit.Index);
                largest = largest is null || hit.Area > largest.Area ? hit : largest;
            }

            // The query itself goes when anything overlaps it, even if it is the largest.
            kept.Add(largest ?? query);
            done.Add(query.Index);
        }

        kept.Sort((a, b) => a.Index.CompareTo(b.Index));
        return kept;
    }

    private sealed record Candidate(int Index, Geometry Shape, double Area)
    {
        public bool Overlaps(Candidate other)
        {
            double shared = Shape.Intersection(other.Shape).Area;
            return IsShare(shared, Area) || IsShare(shared, other.Area);
        }

        private static bool IsShare(double shared, double area) => area > 0 && shared / area > OverlapShare;
    }
}
