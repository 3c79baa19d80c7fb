namespace CellVitCluster.Domain.Geometry;

/// <summary>
/// Position inside one tile in px at inference resolution. Origin is the tile's upper-left corner, x to the right, y down, pixel centers
/// at +0.5: the pixel with index (column 3, row 5) has its center at (3.5, 5.5).
/// </summary>
/// <param name="X">Px to the right, 0 … tile side.</param>
/// <param name="Y">Px down, 0 … tile side.</param>
public readonly record struct TilePoint(double X, double Y);
