using CellVitCluster.Detection.Measures;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Detection.Merging;

/// <summary>Tile cells as slide cells: level-0 px and measures. Nothing is rounded.</summary>
/// <param name="grid">Geometry of the tiles.</param>
internal sealed class CellProjection(TileGrid grid)
{
    private readonly double _squareMicronsPerPixel = grid.EffectiveMpp.SquareMicronsPerPixel;
    private readonly int _lastColumn = (int)Math.Floor(grid.GridWidth);
    private readonly int _lastRow = (int)Math.Floor(grid.GridHeight);

    /// <summary>Projects one cell of one tile.</summary>
    /// <param name="cell">Cell.</param>
    /// <param name="frame">Its tile.</param>
    /// <param name="token">Its embedding.</param>
    /// <param name="flags">Flags beside that of the slide's edge, which is found here.</param>
    public SlideCell Project(TileCell cell, TileFrame frame, ReadOnlyMemory<Half> token, CellFlags flags) => Build(
        new SlidePolygon(cell.Contour, frame),
        frame.ToSlide(cell.Centroid),
        cell.AreaPixels,
        (cell.Class, cell.ClassShare, cell.NucleusProbability),
        token,
        flags | EdgeFlag(GridBox.Of(frame, cell.Box)));

    /// <summary>A cell from an outline on the grid.</summary>
    /// <param name="vertices">Vertices in grid px.</param>
    /// <param name="box">Box around its pixels.</param>
    /// <param name="centroid">Center of mass.</param>
    /// <param name="areaPixels">Grid pixels.</param>
    /// <param name="summary">Class, its share of the votes, probability of nucleus.</param>
    /// <param name="token">Embedding.</param>
    /// <param name="flags">Flags beside that of the slide's edge.</param>
    public SlideCell Project(
        ReadOnlySpan<GridPoint> vertices,
        GridBox box,
        GridPoint centroid,
        int areaPixels,
        (byte Class, double Share, float Probability) summary,
        ReadOnlyMemory<Half> token,
        CellFlags flags)
    {
        double[] ring = new double[2 * vertices.Length];
        for (int i = 0; i < vertices.Length; i++)
        {
            (ring[2 * i], ring[(2 * i) + 1]) = grid.ToSlide(vertices[i]);
        }

        return Build(new SlidePolygon(ring), grid.ToSlide(centroid), areaPixels, summary, token, flags | EdgeFlag(box));
    }

    private SlideCell Build(
        SlidePolygon outline,
        SlidePoint centroid,
        int areaPixels,
        (byte Class, double Share, float Probability) summary,
        ReadOnlyMemory<Half> token,
        CellFlags flags)
    {
        var measures = OutlineMeasures.Of(outline, grid.BaseMpp);
        return new SlideCell
        {
            Centroid = centroid,
            Outline = outline,
            AreaSquareMicrons = areaPixels * _squareMicronsPerPixel,
            PerimeterMicrons = measures.PerimeterMicrons,
            MaxDiameterMicrons = measures.MaxDiameterMicrons,
            Circularity = measures.Circularity,
            Class = summary.Class,
            ClassShare = summary.Share,
            NucleusProbability = summary.Probability,
            Flags = flags,
            Token = token,
        };
    }

    /// <summary>A last pixel that the slide fills only in part counts as its edge.</summary>
    private CellFlags EdgeFlag(in GridBox box) =>
        box.Left <= 0 || box.Top <= 0 || box.Right >= _lastColumn || box.Bottom >= _lastRow ? CellFlags.TouchesSlideEdge : CellFlags.None;
}
