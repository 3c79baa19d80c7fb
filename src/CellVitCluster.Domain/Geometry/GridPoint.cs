namespace CellVitCluster.Domain.Geometry;

/// <summary>
/// Position in px at inference resolution over the whole active area of a slide: the pixels of all tiles, laid on one canvas. Origin is
/// the upper-left corner of the active area, x to the right, y down, pixel centers at +0.5. Tiles of one grid agree exactly in this
/// frame, so seams are resolved in it.
/// </summary>
/// <param name="X">Px to the right.</param>
/// <param name="Y">Px down.</param>
public readonly record struct GridPoint(double X, double Y);
