using System.Collections.Concurrent;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;

namespace CellVitCluster.ClusterTests.Workers;

/// <summary>An analyzer whose tiles end when the test says so, with no cells.</summary>
internal sealed class GatedAnalyzer : ITileAnalyzer
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _gates = new();
    private readonly ConcurrentQueue<int> _begun = new();

    public NumericProfile Profile => new("test/gated");

    public string ModelDigest => new('a', 64);

    public string Precision => "fp32";

    public int Capacity { get; init; } = 2;

    public DeviceUse Use => default;

    /// <summary>Whether a tile that was called off goes on all the same, as on a device that cannot be interrupted.</summary>
    public bool Stubborn { get; init; }

    /// <summary>Tiles by the time of their begin.</summary>
    public IReadOnlyList<int> Begun => [.. _begun];

    /// <summary>Tiles that were called off.</summary>
    public ConcurrentBag<int> CalledOff { get; } = [];

    /// <summary>Lets a tile end, now or when it comes.</summary>
    public void Finish(int tile) => Gate(tile).TrySetResult();

    public async Task<TileAnalysis> AnalyzeAsync(TileTask task, CancellationToken cancellation)
    {
        int tile = task.Grid.IndexOf(task.Tile);
        _begun.Enqueue(tile);
        _ = cancellation.Register(() => CalledOff.Add(tile));
        await Gate(tile).Task.WaitAsync(Stubborn ? CancellationToken.None : cancellation);
        return new TileAnalysis(new TileCells(task.Tile, [], 4, []), new TileTimings(0.01, 0.02, 0.03));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private TaskCompletionSource Gate(int tile) => _gates.GetOrAdd(tile, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
