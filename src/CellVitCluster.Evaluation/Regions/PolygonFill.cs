namespace CellVitCluster.Evaluation.Regions;

/// <summary>
/// Pixels of a polygon: those whose centers lie inside by the even-odd rule over all rings, or on an outline. The latter makes the filling of
/// an outline traced through pixel centers exactly the pixels it was traced from, holes filled. The work follows the number of rows and edges.
/// Thread-safe.
/// </summary>
public static class PolygonFill
{
    /// <summary>Fills a polygon.</summary>
    /// <param name="rings">
    /// Rings with interleaved x, y coordinates in px, origin at the upper-left corner of the first pixel; open or closed, in either
    /// direction; holes and further parts are rings like any other.
    /// </param>
    /// <returns>The pixels; none when the polygon passes between the centers.</returns>
    public static PixelRegion Fill(IReadOnlyList<double[]> rings)
    {
        ArgumentNullException.ThrowIfNull(rings);
        var crossings = new List<(int Y, double X)>();
        var runs = new List<RegionRun>();
        foreach (double[] ring in rings)
        {
            double fromX = ring[^2], fromY = ring[^1];
            for (int i = 0; i < ring.Length; i += 2)
            {
                AddEdge(fromX, fromY, ring[i], ring[i + 1], crossings, runs);
                (fromX, fromY) = (ring[i], ring[i + 1]);
            }
        }

        crossings.Sort();
        for (int i = 0; i + 1 < crossings.Count; i += 2)
        {
            AddRun(crossings[i].Y, crossings[i].X, crossings[i + 1].X, runs);
        }

        return new PixelRegion(Merge(runs));
    }

    private static void AddEdge(double fromX, double fromY, double toX, double toY, List<(int Y, double X)> crossings, List<RegionRun> runs)
    {
        double top = Math.Min(fromY, toY), bottom = Math.Max(fromY, toY);
        int first = (int)Math.Ceiling(top - 0.5), last = (int)Math.Floor(bottom - 0.5);
        if (top == bottom)
        {
            if (first == last)
            {
                AddRun(first, Math.Min(fromX, toX), Math.Max(fromX, toX), runs);
            }

            return;
        }

        for (int y = first; y <= last; y++)
        {
            double center = y + 0.5;

            // The ends are taken as they are: interpolation could miss a center that lies exactly there.
            double x = center == fromY ? fromX : center == toY ? toX : fromX + ((center - fromY) * (toX - fromX) / (toY - fromY));
            AddRun(y, x, x, runs);

            // An edge owns its upper end only, so that a vertex on a row of centers counts once where the outline passes and not at all or
            // twice where it turns.
            if (center < bottom)
            {
                crossings.Add((y, x));
            }
        }
    }

    private static void AddRun(int y, double from, double to, List<RegionRun> runs)
    {
        int start = (int)Math.Ceiling(from - 0.5), end = (int)Math.Floor(to - 0.5) + 1;
        if (start < end)
        {
            runs.Add(new RegionRun(y, start, end));
        }
    }

    private static RegionRun[] Merge(List<RegionRun> runs)
    {
        runs.Sort(static (a, b) => a.Y != b.Y ? a.Y.CompareTo(b.Y) : a.Start.CompareTo(b.Start));
        int count = 0;
        for (int i = 0; i < runs.Count; i++)
        {
            if (count > 0 && runs[count - 1].Y == runs[i].Y && runs[i].Start <= runs[count - 1].End)
            {
                runs[count - 1] = runs[count - 1] with { End = Math.Max(runs[count - 1].End, runs[i].End) };
            }
            else
            {
                runs[count++] = runs[i];
            }
        }

        runs.RemoveRange(count, runs.Count - count);
        return [.. runs];
    }
}
