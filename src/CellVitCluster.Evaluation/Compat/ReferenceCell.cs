using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Evaluation.Compat;

/// <summary>A cell as the published evaluation sees it.</summary>
/// <param name="Label">Instance number; 0 for the stand-in of an empty side.</param>
/// <param name="Centroid">Mean of the pixel indices: centers at whole numbers.</param>
/// <param name="Type">Class id; 0 for the stand-in.</param>
public readonly record struct ReferenceCell(int Label, SlidePoint Centroid, byte Type);
