using CellVitCluster.Domain.Cells;

namespace CellVitCluster.Detection;

/// <summary>What <see cref="NucleusExtractor"/> finds in one tile.</summary>
/// <param name="Cells">Nuclei in the order of their instance numbers.</param>
/// <param name="ClassProbabilities">Row n belongs to nucleus n; no rows when the maps carry no class probabilities.</param>
public sealed record TileNuclei(IReadOnlyList<TileCell> Cells, ClassProbabilities ClassProbabilities);
