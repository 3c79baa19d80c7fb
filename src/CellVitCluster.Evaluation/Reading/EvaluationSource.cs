namespace CellVitCluster.Evaluation.Reading;

/// <summary>One image of a side that has not been read yet.</summary>
/// <param name="Name">Name that pairs the two sides.</param>
/// <param name="Path">File or folder.</param>
/// <param name="Read">Reads it; throws <see cref="Domain.Errors.CellVitException"/> when that fails.</param>
public sealed record EvaluationSource(string Name, string Path, Func<EvaluationImage> Read);
