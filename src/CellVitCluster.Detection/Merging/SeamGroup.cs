namespace CellVitCluster.Detection.Merging;

/// <summary>Connected part of the overlap graph, as far as it is known.</summary>
internal sealed class SeamGroup
{
    /// <summary>A group of one cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="unreported">Number of tiles that may have seen it and have not reported.</param>
    public SeamGroup(SeamCell cell, int unreported)
    {
        Members = [cell];
        Unreported = unreported;
    }

    /// <summary>Cells.</summary>
    public List<SeamCell> Members { get; private set; }

    /// <summary>Sum over the cells of the tiles that may have seen the cell and have not reported; at 0 nothing can change any more.</summary>
    public int Unreported { get; set; }

    /// <summary>Unites the groups of two cells; the smaller one is emptied.</summary>
    public static void Unite(SeamCell a, SeamCell b)
    {
        SeamGroup large = a.Group.Members.Count >= b.Group.Members.Count ? a.Group : b.Group;
        SeamGroup small = large == a.Group ? b.Group : a.Group;
        if (large == small)
        {
            return;
        }

        foreach (SeamCell member in small.Members)
        {
            member.Group = large;
        }

        large.Members.AddRange(small.Members);
        large.Unreported += small.Unreported;
        small.Members = [];
        small.Unreported = 0;
    }

    /// <summary>
    /// Decides which views to keep. Whole cells are taken in order of preference, dropping what overlaps a taken one; a cut cell that overlaps
    /// a taken cell is a part of it and is dropped; the other cut cells stay <see cref="SeamOutcome.Open"/>.
    /// </summary>
    public void Resolve()
    {
        Members.Sort(SeamCell.ComparePreference);
        foreach (SeamCell cell in Members)
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
    public IEnumerable<List<SeamCell>> OpenParts()
    {
        foreach (SeamCell seed in Members)
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
}
