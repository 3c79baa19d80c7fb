namespace CellVitCluster.Domain.Cells;

/// <summary>Shape of a nucleus in px at inference resolution; it does not depend on where the nucleus lies.</summary>
/// <param name="PerimeterPixels">Length of the closed outline.</param>
/// <param name="MaxDiameterPixels">Largest distance between two points of the outline.</param>
/// <param name="Circularity">Roundness 4π·area/perimeter² of the outline, 0 … 1 (1 for a disk).</param>
/// <param name="OrientationDegrees">
/// Direction of the long axis of its pixels, 0 … 180 exclusive, from the x axis towards the y axis, which points down; 0 where no axis is
/// the longest.
/// </param>
public readonly record struct NucleusShape(float PerimeterPixels, float MaxDiameterPixels, float Circularity, float OrientationDegrees);
