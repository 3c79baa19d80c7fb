using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;

namespace CellVitCluster.Store.Tiles;

/// <summary>Content of a tile result file.</summary>
/// <param name="Run">The analysis the tile belongs to.</param>
/// <param name="Cells">Nuclei of the tile in tile px, with embeddings.</param>
/// <param name="Profile">Numeric profile of the worker that computed them.</param>
public sealed record TileResult(RunId Run, TileCells Cells, NumericProfile Profile);
