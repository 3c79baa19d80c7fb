using System.Reflection;
using System.Text.Json;
using System.Threading.Channels;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.Detection.Compat;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Regions;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Manifests;
using CellVitCluster.Store.Tiles;

namespace CellVitCluster.Cluster.Merging;

/// <summary>
/// Reads the tile results of one run as they are settled, resolves the seams, builds the cell store and publishes it. Works on a pool
/// thread, never inside an actor. Memory: one tile result, the open seams, and the store's block buffers.
/// </summary>
/// <param name="command">The run, its slide and plan.</param>
/// <param name="token">Names this attempt; its folder is its own.</param>
/// <param name="slots">Turns of the merges of this node.</param>
/// <param name="loader">Loads token classifiers, or null.</param>
/// <param name="time">Clock.</param>
internal sealed class MergeJob(MergeRun command, string token, MergeSlots slots, ITokenClassifierLoader? loader, TimeProvider time)
{
    private readonly HashSet<int> _settled = [];
    private readonly List<FailedTile> _failed = [];
    private readonly HashSet<NumericProfile> _profiles = [];
    private StageSeconds _seconds = StageSeconds.Zero;
    private double _mergeSeconds;
    private double _storeSeconds;

    private RunSpecification Specification => command.Specification;

    /// <summary>Runs until every planned tile is settled and the store is in place. Whatever happens, the attempt's folder is gone then.</summary>
    /// <param name="settled">Settled tiles in any order; completed when there are no more.</param>
    /// <param name="permission">Asked once when the store is sealed: may it be moved into place?</param>
    /// <param name="cancellation">Abandons the store; the tile results stay.</param>
    /// <returns>What was published, or null when the run did not permit it.</returns>
    /// <exception cref="LostTilesException">Tile results are missing or damaged.</exception>
    /// <exception cref="InvalidOperationException">The list of settled tiles does not name every planned tile once.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<Publication?> RunAsync(ChannelReader<TileOutcome> settled, Func<Task<bool>> permission, CancellationToken cancellation)
    {
        if (PublishedBefore() is Publication published)
        {
            return published;
        }

        // Before the first tile: a classifier that cannot be used ends the run now, not after hours.
        ITokenClassifier[] classifiers = LoadClassifiers();
        TilePlan plan = command.Plan.ToPlan();
        using var builder = new CellStoreBuilder(Describe(), MergeFolders.OfAttempt(Specification, token), clock: time);
        ISlideMerger merger = CreateMerger(plan);
        await foreach (TileOutcome outcome in settled.ReadAllAsync(cancellation))
        {
            await slots.RunAsync(() => Add(builder, merger, outcome, plan, settled), cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        if (_settled.Count != plan.Count)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The list of settled tiles is complete with {_settled.Count} of {plan.Count} planned tiles; a store without the others would lack their cells."));
        }

        await slots.RunAsync(() => Seal(builder, merger, classifiers), cancellation);
        if (!await permission())
        {
            return null;
        }

        long start = time.GetTimestamp();
        StorePublication publication = builder.Publish(Specification.StoreDirectory, Specification.ReplaceStore);
        _storeSeconds += time.GetElapsedTime(start).TotalSeconds;
        return Describe(publication.Manifest, publication.Directory);
    }

    private ITokenClassifier[] LoadClassifiers()
    {
        if (Specification.Classifiers is not { Count: > 0 } wanted)
        {
            return [];
        }

        return loader is not null
            ? [.. wanted.Select(classifier => loader.Load(classifier.ToReference()))]
            : throw new ConfigurationException(
                $"The cells of slide '{Specification.Name}' cannot be classified.",
                "The merger that builds the store was started without token classifiers.",
                "Start the mergers with the command line of this program.");
    }

    private Publication? PublishedBefore()
    {
        if (!File.Exists(Path.Combine(Specification.StoreDirectory, "manifest.json")))
        {
            return null;
        }

        using CellStore store = CellStore.Open(Specification.StoreDirectory);
        return store.Manifest.Run == Specification.RunId ? Describe(store.Manifest, Specification.StoreDirectory) : null;
    }

    private ISlideMerger CreateMerger(TilePlan plan)
    {
        RegionOfInterest? region = Specification.RegionPath is null ? null : RegionFile.Read(Specification.RegionPath);
        return Specification.Mode == CompatibilityMode.Reference
            ? new ReferenceSlideMerger(plan, region)
            : new SeamMerger(plan, region);
    }

    private TileCells Read(TileOutcome outcome, TileId tile, ChannelReader<TileOutcome> settled)
    {
        try
        {
            return TileResultFile.Read(TileResultPaths.File(Specification, tile), outcome.Digest).Cells;
        }
        catch (StoreException exception) when (exception.Code == ErrorCode.TileResultCorrupt)
        {
            // Report everything that is known to be gone at once: after a lost folder that is every tile.
            var lost = new List<int> { outcome.Tile };
            while (settled.TryRead(out TileOutcome? other))
            {
                if (other.Failure is null && !File.Exists(TileResultPaths.File(Specification, command.Plan.Grid.ToGrid().TileAt(other.Tile))))
                {
                    lost.Add(other.Tile);
                }
            }

            throw new LostTilesException(lost);
        }
    }

    private int Add(CellStoreBuilder builder, ISlideMerger merger, TileOutcome outcome, TilePlan plan, ChannelReader<TileOutcome> settled)
    {
        TileId tile = plan.Grid.TileAt(outcome.Tile);
        if (!_settled.Add(outcome.Tile))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"The list of settled tiles names tile {outcome.Tile} twice."));
        }

        if (outcome.Failure is not null)
        {
            _failed.Add(new FailedTile(tile.Row, tile.Column, outcome.Failure.Text));
            return Add(builder, () => merger.Skip(tile));
        }

        _profiles.Add(new NumericProfile(outcome.Profile));
        _seconds += outcome.Seconds;
        TileCells cells = Read(outcome, tile, settled);
        return Add(builder, () => merger.Add(cells));
    }

    private int Add(CellStoreBuilder builder, Func<IReadOnlyList<SlideCell>> resolve)
    {
        long start = time.GetTimestamp();
        IReadOnlyList<SlideCell> cells = resolve();
        long merged = time.GetTimestamp();
        foreach (SlideCell cell in cells)
        {
            builder.Add(cell);
        }

        _mergeSeconds += time.GetElapsedTime(start, merged).TotalSeconds;
        _storeSeconds += time.GetElapsedTime(merged).TotalSeconds;
        return cells.Count;
    }

    private StoreManifest Seal(CellStoreBuilder builder, ISlideMerger merger, ITokenClassifier[] classifiers)
    {
        Add(builder, merger.Complete);

        // What was held at the seams goes before the blocks take their memory, not whenever the collector comes to it: once per slide.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        long start = time.GetTimestamp();
        var outcome = new RunOutcome
        {
            FailedTiles = _failed,
            NumericProfiles = _profiles,
            TimingsSeconds = new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["read"] = _seconds.Read,
                ["network"] = _seconds.Network,
                ["detection"] = _seconds.Detection,
                ["write"] = _seconds.Write,
                ["merge"] = _mergeSeconds,
                ["store"] = _storeSeconds,
            },
        };
        StoreManifest manifest = builder.Seal(outcome, classifiers);
        _storeSeconds += time.GetElapsedTime(start).TotalSeconds;
        return manifest;
    }

    private Publication Describe(StoreManifest manifest, string directory) => new(
        directory,
        manifest.ManifestSha256,
        manifest.Cells,
        Counts(manifest.Counts),
        manifest.Files.Sum(file => file.Bytes),
        manifest.FailedTiles.Count,
        _mergeSeconds,
        _storeSeconds)
    {
        Layers = LayersOf(manifest),
    };

    /// <summary>The layers of token classifiers; what the network's own layer counts is counted already.</summary>
    private static LayerCounts[]? LayersOf(StoreManifest manifest)
    {
        LayerCounts[] layers =
            [.. (manifest.Layers ?? []).Where(layer => layer.Classifier is not null).Select(layer => new LayerCounts(layer.Name, Counts(layer.Counts)))];
        return layers.Length == 0 ? null : layers;
    }

    private static IReadOnlyList<Runs.ClassCount> Counts(IReadOnlyList<Store.Manifests.ClassCount> counts) =>
        [.. counts.Select(count => new Runs.ClassCount(count.Class, count.Name, count.Cells))];

    private StoreDescription Describe()
    {
        Domain.Slides.SlideMetadata slide = command.Slide.ToMetadata();
        return new StoreDescription
        {
            Run = new RunId(Specification.RunId),
            Slide = new SlideId(Specification.SlideId),
            SlideName = Path.GetFileName(Specification.SlidePath),
            SlideMetadata = slide,
            Mpp = command.Plan.Grid.ToGrid().BaseMpp,
            Taxonomy = Specification.Taxonomy,
            ClassBranch = Specification.ClassBranchUse,
            TokenWidth = Specification.TokenWidth,
            ModelCard = JsonSerializer.Deserialize<JsonElement>(Specification.ModelCard),
            Parameters = JsonSerializer.SerializeToElement(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["slide_path"] = Specification.SlidePath,
                ["compat"] = Specification.Mode == CompatibilityMode.Reference ? "reference" : null,
                ["mpp"] = Specification.Mpp?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["placements"] = Specification.Placements?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["region"] = Specification.RegionPath is null ? null : Path.GetFileName(Specification.RegionPath),
            }),
            SoftwareVersion = typeof(MergeJob).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        };
    }
}
