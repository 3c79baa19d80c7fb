using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Slides.Rendering;

/// <summary>A cell to be drawn.</summary>
/// <param name="Outline">Outline in level-0 px.</param>
/// <param name="Class">Gives the color.</param>
public readonly record struct CellOutline(SlidePolygon Outline, CellClass Class);
