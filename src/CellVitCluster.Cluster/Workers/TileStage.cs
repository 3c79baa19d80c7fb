using System.Security.Cryptography;
using Akka.Event;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Store.Tiles;

namespace CellVitCluster.Cluster.Workers;

/// <summary>
/// One tile from pixels to a durable result file. Runs off the actor; calls overlap, the analyzer bounds the work inside and the number of
/// files written at once is bounded here.
/// </summary>
public sealed class TileStage(ITileAnalyzer analyzer, WorkerOptions options, ILoggingAdapter log, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _writers = new(options.Writers, options.Writers);

    /// <summary>Analyzes a tile, or takes the durable result that an earlier process left behind without having it journaled.</summary>
    /// <exception cref="CellVitException">The tile cannot be analyzed, or its result cannot be written.</exception>
    public async Task<TileAnalyzed> AnalyzeAsync(
        string workerId, RunSpecification specification, TileGrid grid, int number, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(grid);
        if (!string.Equals(specification.ModelDigest, analyzer.ModelDigest, StringComparison.Ordinal))
        {
            throw new ModelException(
                ErrorCode.ModelDigestMismatch,
                $"Slide '{specification.Name}' cannot be analyzed on {workerId}.",
                $"The run asks for weights {specification.ModelDigest[..12]}…, the worker has loaded {analyzer.ModelDigest[..12]}….",
                "Start the worker with the model of the run.");
        }

        TileId tile = grid.TileAt(number);
        string path = TileResultPaths.File(specification, tile);
        TileOutcome outcome = await Task.Run(() => TakeDurable(path, number, specification), cancellation)
            ?? await ComputeAsync(path, number, specification, grid, tile, cancellation);
        return new TileAnalyzed(specification.RunId, workerId, outcome) { WorkDirectory = specification.WorkDirectory };
    }

    /// <summary>
    /// Removes a result that nobody will look at, and the folders of the run that are empty without it. What cannot be removed is left; nothing
    /// depends on it.
    /// </summary>
    public static void Discard(RunSpecification specification, TileGrid grid, int number)
    {
        ArgumentNullException.ThrowIfNull(grid);
        WorkFolder.Remove(specification, TileResultPaths.File(specification, grid.TileAt(number)));
    }

    /// <inheritdoc/>
    public void Dispose() => _writers.Dispose();

    private static TileOutcome? TakeDurable(string path, int number, RunSpecification specification)
    {
        if (!File.Exists(path))
        {
            TileResultFile.CreateFolder(path);
            return null;
        }

        try
        {
            string digest;
            using (FileStream file = File.OpenRead(path))
            {
                digest = Convert.ToHexStringLower(SHA256.HashData(file));
            }

            TileResult result = TileResultFile.Read(path, digest);
            return result.Run.Value == specification.RunId
                ? new TileOutcome(number, digest, result.Cells.Cells.Count, result.Profile.Value, StageSeconds.Zero, null)
                : null;
        }
        catch (Exception exception) when (exception is StoreException or IOException)
        {
            // Damaged: analyze the tile again, which replaces the file.
            return null;
        }
    }

    private async Task<TileOutcome> ComputeAsync(
        string path, int number, RunSpecification specification, TileGrid grid, TileId tile, CancellationToken cancellation)
    {
        var task = new TileTask(specification.Source, grid, tile, specification.Mode)
        {
            ClassBranch = specification.ClassBranchUse,
            Placements = specification.PlacementCount,
        };
        log.Debug("Computing tile {0} of run {1}", number, specification.RunId);
        TileAnalysis analysis = await analyzer.AnalyzeAsync(task, cancellation);
        await _writers.WaitAsync(cancellation);
        try
        {
            long start = time.GetTimestamp();
            string digest = await Task.Run(() => Write(path, specification, analysis.Cells), cancellation);
            var seconds = new StageSeconds(
                analysis.Timings.Read, analysis.Timings.Network, analysis.Timings.Detection, time.GetElapsedTime(start).TotalSeconds);
            return new TileOutcome(number, digest, analysis.Cells.Cells.Count, analyzer.Profile.Value, seconds, null);
        }
        finally
        {
            _writers.Release();
        }
    }

    /// <summary>Writes into the folder that was there when the tile was begun: when it is gone, so is the run.</summary>
    private string Write(string path, RunSpecification specification, TileCells cells) => Directory.Exists(Path.GetDirectoryName(path))
        ? TileResultFile.Write(path, new RunId(specification.RunId), cells, analyzer.Profile)
        : throw new StoreException(
            ErrorCode.TileResultCorrupt,
            $"The result of a tile of slide '{specification.Name}' was not written.",
            $"The folder '{Path.GetDirectoryName(path)}' was removed while the tile was analyzed.",
            "The tile is analyzed again if the run still needs it.");
}
