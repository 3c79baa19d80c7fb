using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using MessagePack;

namespace CellVitCluster.Cluster.Runs;

/// <summary>Geometry of a slide's tiles as it travels; see <see cref="TileGrid"/>.</summary>
[MessagePackObject]
public sealed record GridMessage(
    [property: Key(0)] double BaseMpp,
    [property: Key(1)] double[] ActiveArea,
    [property: Key(2)] int Downsample,
    [property: Key(3)] int RescaleSixteenths,
    [property: Key(4)] int SourceWidth,
    [property: Key(5)] int SourceHeight,
    [property: Key(6)] int Columns,
    [property: Key(7)] int Rows)
{
    /// <summary>From domain terms.</summary>
    public static GridMessage From(TileGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return new GridMessage(
            grid.BaseMpp.MicronsPerPixel,
            [grid.ActiveArea.X, grid.ActiveArea.Y, grid.ActiveArea.Width, grid.ActiveArea.Height],
            grid.Downsample,
            grid.RescaleSixteenths,
            grid.SourceWidth,
            grid.SourceHeight,
            grid.Columns,
            grid.Rows);
    }

    /// <summary>In domain terms.</summary>
    public TileGrid ToGrid() => new()
    {
        BaseMpp = new Mpp(BaseMpp),
        ActiveArea = new SlideRect(ActiveArea[0], ActiveArea[1], ActiveArea[2], ActiveArea[3]),
        Downsample = Downsample,
        RescaleSixteenths = RescaleSixteenths,
        SourceWidth = SourceWidth,
        SourceHeight = SourceHeight,
        Columns = Columns,
        Rows = Rows,
    };
}

/// <summary>A tile plan as it travels: the grid and one bit per tile, row-major, lowest bit first.</summary>
[MessagePackObject]
public sealed record PlanMessage([property: Key(0)] GridMessage Grid, [property: Key(1)] byte[] Selected)
{
    /// <summary>From domain terms.</summary>
    public static PlanMessage From(TilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new PlanMessage(GridMessage.From(plan.Grid), plan.ToBitmap());
    }

    /// <summary>In domain terms.</summary>
    public TilePlan ToPlan() => TilePlan.FromBitmap(Grid.ToGrid(), Selected);
}
