using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Domain.Slides;

/// <summary>Result of looking at a slide before analyzing it.</summary>
/// <param name="Metadata">Allow-listed properties.</param>
/// <param name="Plan">Tiles to analyze; may be empty.</param>
/// <param name="TissueSquareMillimeters">Area found to be tissue on the thumbnail.</param>
public sealed record SlideSurvey(SlideMetadata Metadata, TilePlan Plan, double TissueSquareMillimeters);
