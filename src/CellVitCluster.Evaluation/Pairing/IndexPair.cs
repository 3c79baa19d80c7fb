namespace CellVitCluster.Evaluation.Pairing;

/// <summary>An annotated and a predicted cell that belong together.</summary>
/// <param name="Truth">Index among the annotated cells, from 0.</param>
/// <param name="Prediction">Index among the predicted cells, from 0.</param>
public readonly record struct IndexPair(int Truth, int Prediction);
