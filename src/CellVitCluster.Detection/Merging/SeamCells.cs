namespace CellVitCluster.Detection.Merging;

/// <summary>Cells that are held no more, for reuse; as many as were held at most. Not thread-safe.</summary>
internal sealed class SeamCells
{
    private readonly Stack<SeamCell> _free = [];

    /// <summary>A cell to be filled.</summary>
    public SeamCell Rent() => _free.TryPop(out SeamCell? cell) ? cell : new SeamCell();

    /// <summary>Takes cells back; nothing may refer to them any more.</summary>
    public void Return(List<SeamCell> cells)
    {
        foreach (SeamCell cell in cells)
        {
            cell.Clear();
            _free.Push(cell);
        }
    }

    /// <summary>Lets go of all that is free.</summary>
    public void Clear() => _free.Clear();
}
