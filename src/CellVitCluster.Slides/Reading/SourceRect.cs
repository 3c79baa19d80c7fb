namespace CellVitCluster.Slides.Reading;

/// <summary>Whole pixels of a slide's active area after the grid's whole-number reduction ("source px", spec/inference.md §5).</summary>
/// <param name="X">Left side, px from the active area's left side.</param>
/// <param name="Y">Top side.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
internal readonly record struct SourceRect(int X, int Y, int Width, int Height);
