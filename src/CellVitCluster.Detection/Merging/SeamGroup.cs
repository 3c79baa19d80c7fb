namespace CellVitCluster.Detection.Merging;

/// <summary>
/// Connected part of the overlap graph, as far as it is known. Its members are chained through <see cref="SeamCell.NextInGroup"/>: most groups
/// have one or two, and there are as many groups as cells in the overlaps. Belongs to a cell and is reused with it.
/// </summary>
internal sealed class SeamGroup
{
    private SeamCell? _first;
    private SeamCell? _last;

    /// <summary>Number of cells; 0 when they were taken out or went to another group.</summary>
    public int Count { get; private set; }

    /// <summary>Sum over the cells of the tiles that may have seen the cell and have not reported; at 0 nothing can change any more.</summary>
    public int Unreported { get; set; }

    /// <summary>Becomes the group of one cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="unreported">Number of tiles that may have seen it and have not reported.</param>
    public void Begin(SeamCell cell, int unreported)
    {
        _first = cell;
        _last = cell;
        Count = 1;
        Unreported = unreported;
    }

    /// <summary>Records that two cells show the same nucleus.</summary>
    public static void Connect(SeamCell a, SeamCell b)
    {
        a.Overlaps.Add(b);
        b.Overlaps.Add(a);
        Unite(a, b);
    }

    /// <summary>Empties the group into a list, which is cleared before.</summary>
    public void TakeMembers(List<SeamCell> members)
    {
        members.Clear();
        for (SeamCell? member = _first; member is not null; member = member.NextInGroup)
        {
            members.Add(member);
        }

        _first = _last = null;
        Count = 0;
    }

    /// <summary>
    /// Decides which views of a whole group to keep. Whole cells are taken in order of preference, dropping what overlaps a taken one; a cut cell
    /// that overlaps a taken cell is a part of it and is dropped; the other cut cells stay <see cref="SeamOutcome.Open"/>.
    /// </summary>
    /// <param name="members">All cells of the group; sorted in order of preference.</param>
    public static void Resolve(List<SeamCell> members)
    {
        members.Sort(SeamCell.ComparePreference);
        foreach (SeamCell cell in members)
        {
            if (cell.Overlaps.Exists(other => other.Outcome == SeamOutcome.Kept))
            {
                cell.Outcome = SeamOutcome.Dropped;
            }
            else if (cell.Cut == TileEdges.None)
            {
                cell.Outcome = SeamOutcome.Kept;
            }
        }
    }

    /// <summary>After <see cref="Resolve"/>: the open cells, those of one nucleus together, each list in order of preference.</summary>
    public static IEnumerable<List<SeamCell>> OpenParts(List<SeamCell> members)
    {
        foreach (SeamCell seed in members)
        {
            if (seed.Outcome != SeamOutcome.Open)
            {
                continue;
            }

            // Taken off the open cells at once, so that each is met once.
            var parts = new List<SeamCell> { seed };
            seed.Outcome = SeamOutcome.Kept;
            for (int i = 0; i < parts.Count; i++)
            {
                foreach (SeamCell other in parts[i].Overlaps)
                {
                    if (other.Outcome == SeamOutcome.Open)
                    {
                        other.Outcome = SeamOutcome.Kept;
                        parts.Add(other);
                    }
                }
            }

            parts.Sort(SeamCell.ComparePreference);
            yield return parts;
        }
    }

    /// <summary>Unites the groups of two cells; the smaller one is emptied.</summary>
    private static void Unite(SeamCell a, SeamCell b)
    {
        SeamGroup large = a.Group.Count >= b.Group.Count ? a.Group : b.Group;
        SeamGroup small = large == a.Group ? b.Group : a.Group;
        if (large == small)
        {
            return;
        }

        for (SeamCell? member = small._first; member is not null; member = member.NextInGroup)
        {
            member.Group = large;
        }

        large._last!.NextInGroup = small._first;
        large._last = small._last;
        large.Count += small.Count;
        large.Unreported += small.Unreported;
        small._first = small._last = null;
        small.Count = 0;
        small.Unreported = 0;
    }
}
