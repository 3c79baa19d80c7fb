using CellVitCluster.Domain.Errors;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Layers;

/// <summary>Holds one class layer against the cells of its store, cell by cell. Keeps the first fault; a layer with a fault is not read on.</summary>
internal sealed class LayerCheck : IDisposable
{
    private readonly ManifestLayer _stated;
    private readonly ClassLayer? _layer;
    private readonly long[] _counts = new long[byte.MaxValue + 1];
    private string? _fault;

    /// <summary>Opens the layer.</summary>
    public LayerCheck(CellStore store, ManifestLayer stated)
    {
        _stated = stated;
        try
        {
            _layer = store.OpenLayer(stated.Name);
        }
        catch (StoreException e)
        {
            _fault = e.Why;
        }
    }

    /// <summary>Compares the row of a cell.</summary>
    public void Add(StoredCell cell)
    {
        if (_fault is not null)
        {
            return;
        }

        try
        {
            LayerCell row = _layer![cell.Row];
            _counts[row.Class]++;
            _fault = FaultOf(cell, row) ?? (_stated.Classifier is null ? FaultOfOwnClass(cell, row) : FaultOfMostProbable(cell, row));
        }
        catch (StoreException e)
        {
            _fault = e.Why;
        }
    }

    /// <summary>Compares the totals and reports the fault, if there is one.</summary>
    public void Complete(List<StoreFinding> findings)
    {
        ClassCount? wrong = _stated.Counts.FirstOrDefault(count => _counts[count.Class] != count.Cells);
        _fault ??= wrong is null ? null : $"It has {_counts[wrong.Class]} cells of class {wrong.Class}, expected {wrong.Cells}.";
        if (_fault is not null)
        {
            findings.Add(new StoreFinding(_stated.File, _fault));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _layer?.Dispose();

    private static string? FaultOf(StoredCell cell, LayerCell row)
    {
        if (row.Id != cell.Id.Value)
        {
            return $"Row {cell.Row} belongs to cell {row.Id}, expected {cell.Id}.";
        }

        return row.Class < row.Probabilities.Count && row.Probability == row.Probabilities[row.Class]
            ? null
            : $"Row {cell.Row} has class {row.Class} with probability {row.Probability}, which is not that of the class in {string.Join(", ", row.Probabilities)}.";
    }

    private static string? FaultOfMostProbable(StoredCell cell, LayerCell row) => row.Probability == row.Probabilities.Max()
        ? null
        : $"Row {cell.Row} has class {row.Class} with probability {row.Probability}, which is not the largest of {string.Join(", ", row.Probabilities)}.";

    private static string? FaultOfOwnClass(StoredCell cell, LayerCell row) => row.Class == cell.Class && row.Probability == cell.ClassProbability
        ? null
        : $"Row {cell.Row} has class {row.Class} with probability {row.Probability}, the cell has {cell.Class} with {cell.ClassProbability}.";
}
