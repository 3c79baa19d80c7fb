namespace CellVitCluster.Detection.Merging;

/// <summary>
/// Held cells around a tile, sorted by their top side, so that a new cell is compared with its vertical neighborhood only. Reused from tile to
/// tile.
/// </summary>
internal sealed class CellsByTop
{
    private SeamCell[] _cells = [];
    private GridBox[] _boxes = [];
    private int[] _tops = [];
    private int _count;
    private int _tallest;

    /// <summary>Takes the cells of another tile's surroundings.</summary>
    public void Reset(List<SeamCell> cells)
    {
        _cells.AsSpan(0, _count).Clear();
        _count = cells.Count;
        if (_cells.Length < _count)
        {
            _cells = new SeamCell[2 * _count];
            _boxes = new GridBox[2 * _count];
            _tops = new int[2 * _count];
        }

        cells.CopyTo(_cells);
        _tallest = 0;
        for (int i = 0; i < _count; i++)
        {
            _tops[i] = _cells[i].Box.Top;
            _tallest = Math.Max(_tallest, _cells[i].Box.Height);
        }

        Array.Sort(_tops, _cells, 0, _count);
        for (int i = 0; i < _count; i++)
        {
            _boxes[i] = _cells[i].Box;
        }
    }

    /// <summary>Connects a cell with those that show the same nucleus.</summary>
    public void ConnectOverlapping(SeamCell cell)
    {
        GridBox box = cell.Box;
        for (int i = FirstFrom(box.Top - _tallest); i < _count && _tops[i] < box.Bottom; i++)
        {
            if (_boxes[i].Meets(box) && SameNucleus.Shown(cell, _cells[i]))
            {
                SeamGroup.Connect(cell, _cells[i]);
            }
        }
    }

    /// <summary>Number of the first cell whose top side is at or below a row.</summary>
    private int FirstFrom(int row)
    {
        int first = 0, end = _count;
        while (first < end)
        {
            int middle = (first + end) / 2;
            (first, end) = _tops[middle] < row ? (middle + 1, end) : (first, middle);
        }

        return first;
    }
}
