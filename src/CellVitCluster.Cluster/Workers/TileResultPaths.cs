using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Cluster.Workers;

/// <summary>Where the result of a tile lies: a function of run and tile, so that nobody has to be told.</summary>
public static class TileResultPaths
{
    /// <summary>Folder of all tile results of a run.</summary>
    public static string Folder(RunSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return Path.Combine(specification.WorkDirectory, "tiles");
    }

    /// <summary>File of one tile.</summary>
    public static string File(RunSpecification specification, TileId tile) => Path.Combine(Folder(specification), $"{tile}.tile");
}
