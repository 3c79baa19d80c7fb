using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Inference.Paced;

/// <summary>
/// Where the invented nuclei of a slide lie: one in every lattice field that fits into the active area, moved inside its field by a hash of its
/// place. A function of place only, so all tiles that see a nucleus agree about it to the pixel. Thread-safe.
/// </summary>
internal sealed class PacedLattice
{
    /// <summary>Smallest difference between pitch and side, in px.</summary>
    public const int Gap = 8;

    /// <summary>What a tile shows less of, in px, is no nucleus to it: a network does not recognize slivers either.</summary>
    private const int LeastVisible = 2;

    private const int TokenPatterns = 4096;
    private readonly PacedModel _model;
    private readonly Half[] _tokenValues;

    /// <summary>Lattice of a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Pitch, side or token width are out of their ranges.</exception>
    public PacedLattice(PacedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(model.Side, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(model.Side, TileGrid.Overlap / 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(model.Pitch, model.Side + Gap);
        ArgumentOutOfRangeException.ThrowIfLessThan(model.TokenWidth, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(model.TokenWidth, 1280);
        _model = model;
        _tokenValues = new Half[TokenPatterns + model.TokenWidth];
        for (int i = 0; i < _tokenValues.Length; i++)
        {
            _tokenValues[i] = (Half)((Hash(i, -1) % 2001 / 1000f) - 1);
        }
    }

    /// <summary>Nuclei that a tile shows, row by row.</summary>
    public IEnumerable<LatticeNucleus> VisibleIn(TileFrame frame)
    {
        int right = Math.Min(frame.OriginX + TileGrid.TileSize, (int)frame.Grid.GridWidth);
        int bottom = Math.Min(frame.OriginY + TileGrid.TileSize, (int)frame.Grid.GridHeight);
        for (int row = Math.Max(0, frame.OriginY) / _model.Pitch; row * _model.Pitch < bottom; row++)
        {
            for (int column = Math.Max(0, frame.OriginX) / _model.Pitch; column * _model.Pitch < right; column++)
            {
                LatticeNucleus nucleus = At(row, column);
                if (nucleus.X + _model.Side <= frame.Grid.GridWidth
                    && nucleus.Y + _model.Side <= frame.Grid.GridHeight
                    && Window(nucleus, frame) is { Width: >= LeastVisible, Height: >= LeastVisible })
                {
                    yield return nucleus;
                }
            }
        }
    }

    /// <summary>Whether a tile shows all of a nucleus.</summary>
    public bool IsWholeIn(LatticeNucleus nucleus, TileFrame frame)
    {
        TileRect window = Window(nucleus, frame);
        return window.Width == _model.Side && window.Height == _model.Side;
    }

    /// <summary>Middle of a nucleus in grid px.</summary>
    public GridPoint CenterOf(LatticeNucleus nucleus) => new(nucleus.X + (_model.Side / 2.0), nucleus.Y + (_model.Side / 2.0));

    /// <summary>A nucleus as a tile sees it, cut at the tile's border.</summary>
    /// <param name="nucleus">A nucleus that the tile shows.</param>
    /// <param name="frame">The tile.</param>
    /// <param name="typed">Whether nuclei have classes of their own; otherwise all have class 1.</param>
    public TileCell CellOf(LatticeNucleus nucleus, TileFrame frame, bool typed)
    {
        TileRect window = Window(nucleus, frame);
        int left = window.X, top = window.Y, right = left + window.Width - 1, bottom = top + window.Height - 1;
        return new TileCell
        {
            Box = window,
            Centroid = new TilePoint(left + (window.Width / 2.0), top + (window.Height / 2.0)),
            Contour = TileContour.ThroughPixelCenters([left, top, left, bottom, right, bottom, right, top]),
            AreaPixels = window.Width * window.Height,
            Class = typed ? (byte)(1 + (nucleus.Hash % (uint)(PacedModel.Taxonomy.Classes.Count - 1))) : (byte)1,
            ClassShare = 1,
            NucleusProbability = 0.9f,
        };
    }

    /// <summary>Embedding of a nucleus, the same in every tile.</summary>
    public ReadOnlySpan<Half> TokenOf(LatticeNucleus nucleus) => _tokenValues.AsSpan((int)(nucleus.Hash % TokenPatterns), _model.TokenWidth);

    private static uint Hash(int row, int column)
    {
        // The finalizer of SplitMix64.
        ulong z = ((ulong)(uint)row << 32 | (uint)column) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (uint)((z ^ (z >> 31)) >> 32);
    }

    private LatticeNucleus At(int row, int column)
    {
        uint hash = Hash(row, column);
        uint room = (uint)(_model.Pitch - _model.Side - (Gap / 2) + 1);
        return new LatticeNucleus(
            (column * _model.Pitch) + (Gap / 4) + (int)(hash % room),
            (row * _model.Pitch) + (Gap / 4) + (int)((hash >> 16) % room),
            hash);
    }

    private TileRect Window(LatticeNucleus nucleus, TileFrame frame)
    {
        int left = Math.Max(0, nucleus.X - frame.OriginX), top = Math.Max(0, nucleus.Y - frame.OriginY);
        int right = Math.Min(TileGrid.TileSize, nucleus.X - frame.OriginX + _model.Side);
        int bottom = Math.Min(TileGrid.TileSize, nucleus.Y - frame.OriginY + _model.Side);
        return new TileRect(left, top, Math.Max(0, right - left), Math.Max(0, bottom - top));
    }
}

/// <summary>An invented nucleus.</summary>
/// <param name="X">Grid column of its left side.</param>
/// <param name="Y">Grid row of its upper side.</param>
/// <param name="Hash">Decides its class and embedding.</param>
internal readonly record struct LatticeNucleus(int X, int Y, uint Hash);
