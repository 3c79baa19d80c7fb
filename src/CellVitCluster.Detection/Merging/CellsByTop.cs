namespace CellVitCluster.Detection.Merging;

/// <summary>Held cells around a tile, sorted by their top side, so that a new cell is compared with its vertical neighborhood only.</summary>
internal sealed class CellsByTop
{
    private readonly SeamCell[] _cells;
    private readonly int[] _tops;
    private readonly int _tallest;

    /// <summary>Sorts the cells.</summary>
    public CellsByTop(List<SeamCell> cells)
    {
        _cells = [.. cells];
        _tops = Array.ConvertAll(_cells, cell => cell.Box.Top);
        Array.Sort(_tops, _cells);
        _tallest = cells.Count == 0 ? 0 : cells.Max(cell => cell.Box.Height);
    }

    /// <summary>Connects a cell with those that show the same nucleus.</summary>
    public void ConnectOverlapping(SeamCell cell)
    {
        int first = Array.BinarySearch(_tops, cell.Box.Top - _tallest);
        first = first < 0 ? ~first : first;
        while (first > 0 && _tops[first - 1] == cell.Box.Top - _tallest)
        {
            first--;
        }

        for (int i = first; i < _cells.Length && _tops[i] < cell.Box.Bottom; i++)
        {
            SeamCell other = _cells[i];
            if (other.Box.Meets(cell.Box) && SameNucleus.Shown(cell, other))
            {
                cell.Overlaps.Add(other);
                other.Overlaps.Add(cell);
                SeamGroup.Unite(cell, other);
            }
        }
    }
}
