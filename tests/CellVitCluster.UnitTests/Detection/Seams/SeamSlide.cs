using System.Collections;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>
/// A slide whose nuclei all lie on seams: along the overlaps of neighboring tiles and at the corners of four. Some tiles are missing from the plan,
/// some fail. Everything is computed on demand from the seed and the place, so that a slide of any size takes no memory. One grid px is one level-0 px.
/// </summary>
internal sealed class SeamSlide
{
    /// <summary>Px from a corner of four tiles to where the pieces of the seams begin.</summary>
    private const int CornerReach = 100;

    private const double MissingShare = 0.03;
    private const double FailedShare = 0.02;

    private readonly int _side;
    private readonly int _seed;
    private readonly HashSet<TileId> _failed = [];

    /// <summary>A slide of side × side tiles.</summary>
    public SeamSlide(int side, int seed)
    {
        (_side, _seed) = (side, seed);
        Grid = new TileGrid
        {
            BaseMpp = new Mpp(0.25),
            ActiveArea = new SlideRect(0, 0, side * TileGrid.Stride, side * TileGrid.Stride),
            Downsample = 1,
            RescaleSixteenths = 16,
            SourceWidth = side * TileGrid.Stride,
            SourceHeight = side * TileGrid.Stride,
            Columns = side,
            Rows = side,
        };
        var selected = new BitArray(Grid.TileCount);
        var random = new Random(seed);
        for (int i = 0; i < Grid.TileCount; i++)
        {
            double fate = random.NextDouble();
            selected[i] = fate >= MissingShare;
            if (selected[i] && fate < MissingShare + FailedShare)
            {
                _failed.Add(Grid.TileAt(i));
            }
        }

        Plan = new TilePlan(Grid, selected);
    }

    private enum Piece
    {
        Corner,
        Upright,
        Level,
    }

    public TileGrid Grid { get; }

    public TilePlan Plan { get; }

    public IReadOnlyCollection<TileId> Failed => _failed;

    /// <summary>All nuclei, one after the other.</summary>
    public IEnumerable<SeamNucleus> Nuclei => NucleiAround(0, _side, 0, _side);

    /// <summary>The smallest slide with at least so many nuclei.</summary>
    public static SeamSlide WithNuclei(int count, int seed)
    {
        int side = 2;
        while (new SeamSlide(side, seed).Nuclei.Take(count).Count() < count)
        {
            side++;
        }

        return new SeamSlide(side, seed);
    }

    public bool IsAnalyzed(TileId tile) => Plan.Contains(tile) && !_failed.Contains(tile);

    /// <summary>Nuclei that meet a tile's window or lie so close that they could meet it.</summary>
    public List<SeamNucleus> NucleiNear(TileId tile, GridBox area) =>
        [.. NucleiAround(tile.Row - 1, tile.Row + 2, tile.Column - 1, tile.Column + 2).Where(nucleus => nucleus.Box.Meets(area))];

    private IEnumerable<SeamNucleus> NucleiAround(int firstRow, int lastRow, int firstColumn, int lastColumn)
    {
        for (int row = Math.Max(firstRow, 0); row <= Math.Min(lastRow, _side - 1); row++)
        {
            for (int column = Math.Max(firstColumn, 0); column <= Math.Min(lastColumn, _side - 1); column++)
            {
                bool upright = column > 0, level = row > 0;
                IEnumerable<SeamNucleus> nuclei =
                [
                    .. upright ? NucleiOf(Piece.Upright, row, column) : [],
                    .. level ? NucleiOf(Piece.Level, row, column) : [],
                    .. upright && level ? NucleiOf(Piece.Corner, row, column) : [],
                ];
                foreach (SeamNucleus nucleus in nuclei)
                {
                    yield return nucleus;
                }
            }
        }
    }

    /// <summary>The piece that begins at the upper left corner of a tile's own area: its left seam, its upper seam, or the corner itself.</summary>
    private IEnumerable<SeamNucleus> NucleiOf(Piece piece, int row, int column)
    {
        int place = (int)piece + (3 * ((row * _side) + column));
        var random = new Random(unchecked((_seed * 486187739) + (place * 16777619)));
        int cornerX = column * TileGrid.Stride, cornerY = row * TileGrid.Stride;
        bool corner = piece == Piece.Corner;
        double length = corner ? 2 * SeamStrip.HalfWidth : TileGrid.Stride - (2 * CornerReach);
        double begin = corner ? -SeamStrip.HalfWidth : CornerReach;
        int index = 0;
        foreach ((double u, double v, (double A, double B) axes, double turn, bool touching) in new SeamStrip(random, length, corner ? 0.3 : 0.06).Fill())
        {
            // Reach along is along u, which for an upright seam is y.
            var nucleus = piece == Piece.Level
                ? new SeamNucleus(((long)place << 12) + index, cornerX + begin + u, cornerY + v, axes, turn, touching)
                : new SeamNucleus(((long)place << 12) + index, cornerX + v, cornerY + begin + u, axes, turn + (Math.PI / 2), touching);
            index++;
            if (IsOnSeam(nucleus.Box.Left, nucleus.Box.Right, cornerX) || IsOnSeam(nucleus.Box.Top, nucleus.Box.Bottom, cornerY))
            {
                yield return nucleus;
            }
        }
    }

    private static bool IsOnSeam(int from, int to, int seam) => from < seam + (TileGrid.Overlap / 2) && to > seam - (TileGrid.Overlap / 2);
}
