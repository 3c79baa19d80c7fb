using CellVitCluster.Detection.Measures;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>Tile cells as slide cells: level-0 px, and measures in µm instead of px. Nothing is rounded.</summary>
/// <param name="grid">Geometry of the tiles.</param>
internal sealed class CellProjection(TileGrid grid)
{
    private readonly double _micronsPerPixel = grid.EffectiveMpp.MicronsPerPixel;
    private readonly double _squareMicronsPerPixel = grid.EffectiveMpp.SquareMicronsPerPixel;
    private readonly int _lastColumn = (int)Math.Floor(grid.GridWidth);
    private readonly int _lastRow = (int)Math.Floor(grid.GridHeight);

    /// <summary>Projects a held cell.</summary>
    /// <param name="cell">Cell with its tile.</param>
    /// <param name="flags">Flags beside that of the slide's edge, which is found here.</param>
    public SlideCell Project(SeamCell cell, CellFlags flags) => Project(cell.Cell, cell.Frame, cell.FinalToken, cell.ClassProbabilities, flags);

    /// <summary>Projects one cell of one tile.</summary>
    /// <param name="cell">Cell.</param>
    /// <param name="frame">Its tile.</param>
    /// <param name="token">Its embedding.</param>
    /// <param name="classProbabilities">Its class probabilities, empty when there are none.</param>
    /// <param name="flags">Flags beside that of the slide's edge.</param>
    public SlideCell Project(
        TileCell cell, TileFrame frame, ReadOnlyMemory<Half> token, ReadOnlyMemory<float> classProbabilities, CellFlags flags)
    {
        (double perimeter, double maxDiameter, double circularity) = cell.Shape is { } shape
            ? (shape.PerimeterPixels, shape.MaxDiameterPixels, shape.Circularity)
            : Lengths(OutlineMeasures.Of(cell.Contour));
        int distance = TileSurroundings.BorderDistance(frame, cell.Box);
        return new SlideCell
        {
            Centroid = frame.ToSlide(cell.Centroid),
            Outline = new SlidePolygon(cell.Contour, frame),
            AreaSquareMicrons = cell.AreaPixels * _squareMicronsPerPixel,
            PerimeterMicrons = perimeter * _micronsPerPixel,
            MaxDiameterMicrons = maxDiameter * _micronsPerPixel,
            Circularity = circularity,
            OrientationDegrees = cell.Shape?.OrientationDegrees,
            BorderDistanceMicrons = distance == int.MaxValue ? null : distance * _micronsPerPixel,
            Class = cell.Class,
            ClassShare = cell.ClassShare,
            ClassProbabilities = classProbabilities,
            NucleusProbability = cell.NucleusProbability,
            Flags = flags | EdgeFlag(GridBox.Of(frame, cell.Box)),
            Token = token,
        };
    }

    /// <summary>Projects a joined cell.</summary>
    /// <param name="cell">Cell on the grid.</param>
    /// <param name="flags">Flags beside that of the slide's edge.</param>
    public SlideCell Project(JoinedCell cell, CellFlags flags)
    {
        double[] ring = new double[cell.Outline.Length];
        for (int i = 0; i < ring.Length; i += 2)
        {
            (ring[i], ring[i + 1]) = grid.ToSlide(new GridPoint(cell.Outline[i], cell.Outline[i + 1]));
        }

        (double perimeter, double maxDiameter, double circularity) = Lengths(OutlineMeasures.Of(cell.Outline));
        return new SlideCell
        {
            Centroid = grid.ToSlide(cell.Centroid),
            Outline = new SlidePolygon(ring),
            AreaSquareMicrons = cell.AreaPixels * _squareMicronsPerPixel,
            PerimeterMicrons = perimeter * _micronsPerPixel,
            MaxDiameterMicrons = maxDiameter * _micronsPerPixel,
            Circularity = circularity,
            OrientationDegrees = cell.OrientationDegrees,
            BorderDistanceMicrons = 0,
            Class = cell.Class,
            ClassShare = cell.ClassShare,
            ClassProbabilities = cell.ClassProbabilities,
            NucleusProbability = cell.NucleusProbability,
            Flags = flags | EdgeFlag(cell.Box),
            Token = cell.Token,
        };
    }

    private static (double Perimeter, double MaxDiameter, double Circularity) Lengths(in OutlineMeasures measures) =>
        (measures.Perimeter, measures.MaxDiameter, measures.Circularity);

    /// <summary>A last pixel that the slide fills only in part counts as its edge.</summary>
    private CellFlags EdgeFlag(in GridBox box) =>
        box.Left <= 0 || box.Top <= 0 || box.Right >= _lastColumn || box.Bottom >= _lastRow ? CellFlags.TouchesSlideEdge : CellFlags.None;
}
