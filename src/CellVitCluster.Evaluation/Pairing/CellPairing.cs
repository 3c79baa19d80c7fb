namespace CellVitCluster.Evaluation.Pairing;

/// <summary>Which annotated cell is which predicted cell of one image. Immutable.</summary>
public sealed class CellPairing
{
    internal CellPairing(IReadOnlyList<IndexPair> pairs, int truths, int predictions)
    {
        Pairs = pairs;
        UnpairedTruths = [.. Enumerable.Range(0, truths).Except(pairs.Select(p => p.Truth))];
        UnpairedPredictions = [.. Enumerable.Range(0, predictions).Except(pairs.Select(p => p.Prediction))];
    }

    /// <summary>Pairs by ascending index of the annotated cell; no cell occurs twice.</summary>
    public IReadOnlyList<IndexPair> Pairs { get; }

    /// <summary>Annotated cells without partner, ascending.</summary>
    public IReadOnlyList<int> UnpairedTruths { get; }

    /// <summary>Predicted cells without partner, ascending.</summary>
    public IReadOnlyList<int> UnpairedPredictions { get; }
}
