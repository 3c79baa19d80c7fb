using CellVitCluster.Domain.Cells;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.UnitTests.Store;

/// <summary>One store of 3000 cells for all tests of a class that only read.</summary>
public sealed class SharedStore : IDisposable
{
    public SharedStore()
    {
        Cells = SyntheticCells.Many(3000);
        Built = new BuiltStore(Cells);
        Store = CellStore.Open(Built.Path);
    }

    internal List<SlideCell> Cells { get; }

    internal BuiltStore Built { get; }

    internal CellStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        Built.Dispose();
    }
}
