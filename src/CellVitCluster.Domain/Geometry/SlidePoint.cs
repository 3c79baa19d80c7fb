namespace CellVitCluster.Domain.Geometry;

/// <summary>
/// Position on a slide in level-0 px. Origin is the upper-left <em>corner</em> of the slide, x to the right, y down; the center of the
/// first pixel is (0.5, 0.5).
/// </summary>
/// <param name="X">Level-0 px to the right.</param>
/// <param name="Y">Level-0 px down.</param>
public readonly record struct SlidePoint(double X, double Y);
