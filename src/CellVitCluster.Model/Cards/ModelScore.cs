namespace CellVitCluster.Model.Cards;

/// <summary>One published result of a model.</summary>
/// <param name="Data">Data it was measured on.</param>
/// <param name="Measure">What was measured, for example <c>F1 at 12 px</c>.</param>
/// <param name="Value">The result.</param>
public sealed record ModelScore(string Data, string Measure, double Value);
