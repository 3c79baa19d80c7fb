using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Manifests;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Store;

/// <summary>A published store in a folder of its own.</summary>
internal sealed class BuiltStore : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BuiltStore(
        IEnumerable<SlideCell> cells, StoreDescription? description = null, CellStoreOptions? options = null, IReadOnlyList<ITokenClassifier>? classifiers = null)
    {
        using var builder = new CellStoreBuilder(description ?? SyntheticCells.Description(), _folder.File("work"), options, FixedClock.Instance);
        foreach (SlideCell cell in cells)
        {
            builder.Add(cell);
        }

        builder.Seal(Outcome, classifiers ?? []);
        Manifest = builder.Publish(Path, replaceExisting: false).Manifest;
    }

    public static RunOutcome Outcome { get; } = new()
    {
        FailedTiles = [new FailedTile(3, 1, "decoder"), new FailedTile(1, 2, "memory")],
        NumericProfiles = [new NumericProfile("cpu/b"), new NumericProfile("cpu/a"), new NumericProfile("cpu/b")],
        TimingsSeconds = new Dictionary<string, double>(StringComparer.Ordinal) { ["network"] = 12.5 },
    };

    public string Path => _folder.File("out", "A17");

    public StoreManifest Manifest { get; }

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string TemporaryFile(string name) => _folder.File(name);

    public void Dispose() => _folder.Dispose();
}

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock : TimeProvider
{
    public static FixedClock Instance { get; } = new();

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
}
