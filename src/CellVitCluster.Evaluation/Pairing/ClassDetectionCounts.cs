namespace CellVitCluster.Evaluation.Pairing;

/// <summary>
/// Detection of the cells of one class t: confusions of paired cells weigh 2, missed and invented cells weigh 1 (spec/metrics.md §2.1).
/// Counts of several images add up; 0 / 0 is NaN.
/// </summary>
/// <param name="Agreed">Pairs in which both sides say t.</param>
/// <param name="WrongClass">Pairs predicted as t, annotated as another class.</param>
/// <param name="OtherClass">Pairs annotated as t, predicted as another class.</param>
/// <param name="Invented">Predicted cells of class t without partner.</param>
/// <param name="Missed">Annotated cells of class t without partner.</param>
public readonly record struct ClassDetectionCounts(int Agreed, int WrongClass, int OtherClass, int Invented, int Missed)
{
    /// <summary>2 · agreed / (2 · agreed + 2 · confusions + unpaired).</summary>
    public double F1 => 2.0 * Agreed / ((2.0 * Agreed) + (2.0 * WrongClass) + (2.0 * OtherClass) + Invented + Missed);

    /// <summary>agreed / (agreed + 2 · wrongly predicted as t + invented).</summary>
    public double Precision => Agreed / (Agreed + (2.0 * WrongClass) + Invented);

    /// <summary>agreed / (agreed + 2 · t predicted as another + missed).</summary>
    public double Recall => Agreed / (Agreed + (2.0 * OtherClass) + Missed);

    /// <summary>Counts of one class of one image.</summary>
    /// <param name="pairing">Pairs of all classes together.</param>
    /// <param name="truths">Class of each annotated cell; null: not said, and its pair tells nothing about classes.</param>
    /// <param name="predictions">Class of each predicted cell; null: none, which is another class than any.</param>
    /// <param name="wanted">The class t.</param>
    public static ClassDetectionCounts Of(
        CellPairing pairing, IReadOnlyList<string?> truths, IReadOnlyList<string?> predictions, string wanted)
    {
        ArgumentNullException.ThrowIfNull(pairing);
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(predictions);
        int agreed = 0, wrong = 0, other = 0;
        foreach (IndexPair pair in pairing.Pairs)
        {
            if (truths[pair.Truth] is not { } annotated)
            {
                continue;
            }

            bool isTruth = annotated == wanted;
            bool isPrediction = predictions[pair.Prediction] == wanted;
            agreed += isTruth && isPrediction ? 1 : 0;
            wrong += isPrediction && !isTruth ? 1 : 0;
            other += isTruth && !isPrediction ? 1 : 0;
        }

        return new ClassDetectionCounts(
            agreed,
            wrong,
            other,
            pairing.UnpairedPredictions.Count(i => predictions[i] == wanted),
            pairing.UnpairedTruths.Count(i => truths[i] == wanted));
    }

    /// <summary>Counts of two images together.</summary>
    public static ClassDetectionCounts operator +(ClassDetectionCounts a, ClassDetectionCounts b) => Add(a, b);

    /// <summary>Counts of two images together.</summary>
    public static ClassDetectionCounts Add(ClassDetectionCounts a, ClassDetectionCounts b) =>
        new(a.Agreed + b.Agreed, a.WrongClass + b.WrongClass, a.OtherClass + b.OtherClass, a.Invented + b.Invented, a.Missed + b.Missed);
}
