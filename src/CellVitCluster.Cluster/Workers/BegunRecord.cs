using System.Text.Json;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Workers;

/// <summary>
/// What a worker has begun, in a small file beside the results of each run. A process that works on tiles and keeps the runs' books takes the
/// books with it when a tile takes it down; the next one reads here what its predecessors died over, so that such a tile is granted alone and in
/// the end given up, instead of taking down one process after the other. Thread-safe; blocks for small writes. What cannot be written is left
/// out: no result depends on it.
/// </summary>
/// <param name="workerId">The worker.</param>
/// <param name="node">Number of its process, unique in the cluster.</param>
public sealed class BegunRecord(string workerId, int node) : IDisposable
{
    private const int Version = 1;
    private const string Ending = ".json";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string RunId, int Tile), RunSpecification> _begun = [];
    private bool _isDisposed;

    /// <summary>Notes that a tile, or the survey, is begun.</summary>
    /// <param name="run">The run.</param>
    /// <param name="tile">Row-major number, or <see cref="WorkGrant.Survey"/>.</param>
    /// <returns>To be disposed when the work has ended, however it did.</returns>
    public Task<IDisposable> BeginAsync(RunSpecification run, int tile) => Task.Run<IDisposable>(() =>
    {
        Change(run, () => _begun[(run.RunId, tile)] = run);
        return new Mark(this, run, tile);
    });

    /// <summary>What earlier workers of a run had begun when they died.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isAlive">Whether the process with a number still belongs to the cluster.</param>
    public static IReadOnlyList<WorkerLost> ReadDeaths(RunSpecification run, Func<int, bool> isAlive) =>
        [.. Deaths(run, isAlive).Select(d => new WorkerLost(run.RunId, d.Content.Worker, d.Content.Tiles) { Alone = d.Content.Begun == 1 })];

    /// <summary>Forgets these deaths: the run was submitted again, and its cause of death perhaps mended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isAlive">Whether the process with a number still belongs to the cluster.</param>
    public static void Forget(RunSpecification run, Func<int, bool> isAlive)
    {
        foreach ((string path, _) in Deaths(run, isAlive))
        {
            Try(() => File.Delete(path));
        }
    }

    /// <summary>Notes that everything has ended: the process is stopped in order.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (RunSpecification run in _begun.Values.DistinctBy(run => run.RunId, StringComparer.Ordinal))
            {
                WorkFolder.Remove(run, PathFor(run));
            }
        }
    }

    private static IEnumerable<(string Path, Content Content)> Deaths(RunSpecification run, Func<int, bool> isAlive)
    {
        string[] files = [];
        Try(() => files = Directory.GetFiles(Folder(run), "*" + Ending));
        foreach (string path in files.Order(StringComparer.Ordinal))
        {
            Content? content = null;
            Try(() => content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path)));
            if (content is { Version: Version } && !isAlive(content.Node))
            {
                yield return (path, content);
            }
        }
    }

    private static string Folder(RunSpecification run) => Path.Combine(run.WorkDirectory, "begun");

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // A full disk, a folder that is gone, a file that was cut off: then this death is not known.
        }
    }

    private string PathFor(RunSpecification run) => Path.Combine(Folder(run), workerId.Replace(':', '-') + Ending);

    private void Change(RunSpecification run, Action change)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            change();
            if (!_begun.Keys.Any(begun => string.Equals(begun.RunId, run.RunId, StringComparison.Ordinal)))
            {
                WorkFolder.Remove(run, PathFor(run));
            }

            // Each file says how much was begun in all: only who had begun a single tile died of that tile.
            foreach (IGrouping<string, KeyValuePair<(string RunId, int Tile), RunSpecification>> tiles in _begun.GroupBy(begun => begun.Key.RunId, StringComparer.Ordinal))
            {
                Write(tiles.First().Value, new Content(Version, workerId, node, [.. tiles.Select(tile => tile.Key.Tile).Order()], _begun.Count));
            }
        }
    }

    private void Write(RunSpecification run, Content content) => Try(() =>
    {
        string path = PathFor(run), unfinished = path + ".part";
        Directory.CreateDirectory(Folder(run));
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(content));
        File.Move(unfinished, path, overwrite: true);
    });

    /// <param name="Version">Version of this format.</param>
    /// <param name="Worker">The worker.</param>
    /// <param name="Node">Number of its process.</param>
    /// <param name="Tiles">What it has begun of the run.</param>
    /// <param name="Begun">How much it has begun of all runs.</param>
    private sealed record Content(int Version, string Worker, int Node, IReadOnlyList<int> Tiles, int Begun);

    private sealed class Mark(BegunRecord record, RunSpecification run, int tile) : IDisposable
    {
        public void Dispose() => record.Change(run, () => record._begun.Remove((run.RunId, tile)));
    }
}
