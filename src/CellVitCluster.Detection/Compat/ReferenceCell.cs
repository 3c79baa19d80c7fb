using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Compat;

/// <summary>What the published cleaning looks at.</summary>
/// <param name="Tile">The tile that saw the cell.</param>
/// <param name="Contour">Open ring of whole numbers, interleaved x, y, in one frame for all cells.</param>
/// <param name="Placement">Where in its tile it lies.</param>
public sealed record ReferenceCell(TileId Tile, IReadOnlyList<int> Contour, ReferencePlacement Placement);
