namespace CellVitCluster.Store.Layers;

/// <summary>One row of a class layer.</summary>
/// <param name="Id">Id of the cell, as in the table of cells.</param>
/// <param name="Class">Class that the layer gives it.</param>
/// <param name="Probability">Its probability, 0 … 1.</param>
/// <param name="Probabilities">Probabilities of all classes by id; they add up to 1.</param>
public readonly record struct LayerCell(long Id, byte Class, float Probability, IReadOnlyList<float> Probabilities);
