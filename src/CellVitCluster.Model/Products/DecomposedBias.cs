namespace CellVitCluster.Model.Products;

/// <summary>
/// A bias of the score of query q and key (u, v) that is vertical[q, u] + horizontal[q, v]; keys lie row by row. Source: spec/model.md §3.3.
/// </summary>
/// <param name="Vertical"><c>[units, tokens, Rows]</c>; 0 if there is no bias.</param>
/// <param name="Horizontal"><c>[units, tokens, Columns]</c>.</param>
/// <param name="Rows">Rows of keys.</param>
/// <param name="Columns">Keys in a row.</param>
internal readonly record struct DecomposedBias(nint Vertical, nint Horizontal, int Rows, int Columns);
