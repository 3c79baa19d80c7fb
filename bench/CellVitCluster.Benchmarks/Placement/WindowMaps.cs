using CellVitCluster.Detection;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Inference.Batching;

namespace CellVitCluster.Benchmarks.Placement;

/// <summary>Maps of one window from one placement of the patches and from two.</summary>
internal sealed class WindowMaps(NetworkResult once, NetworkResult twice) : IDisposable
{
    private readonly SeparationWorkspace _workspace = new();

    public static WindowMaps Of(NetworkRunner network, ReadOnlyMemory<byte> rgb) => new(
        network.Run([rgb], TileGrid.TileSize, TileGrid.TileSize)[0],
        network.Run([rgb], TileGrid.TileSize, TileGrid.TileSize, placements: 2)[0]);

    /// <summary>Centers of the cells in px of the window.</summary>
    public IEnumerable<SlidePoint> Centers(PlacementRule rule)
    {
        NetworkMaps maps = (rule.Placements == 2 ? twice : once).Maps;
        return NucleusExtractor.Extract(maps, rule.Separation, CompatibilityMode.Default, _workspace).Cells
            .Select(cell => new SlidePoint(cell.Centroid.X, cell.Centroid.Y));
    }

    public void Dispose()
    {
        once.Dispose();
        twice.Dispose();
    }
}
