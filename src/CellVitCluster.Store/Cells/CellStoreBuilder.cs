using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Layers;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// Builds the cell store of one slide: cells in any order go to block files, <see cref="Seal"/> sorts and writes them block by block,
/// <see cref="Publish"/> renames the finished directory into place. The bytes of <c>cells.parquet</c>, <c>tokens.npy</c>, <c>density/</c>
/// and <c>layers/</c> are a function of the description, the set of cells and the classifiers. Cells that all carry the probabilities of more
/// than one class beside background give the store a layer named after the network's taxonomy. Memory is that of one block plus
/// <see cref="CellStoreOptions.BucketMemoryMebibytes"/>, whatever the slide. Not thread-safe: one caller at a time.
/// </summary>
public sealed class CellStoreBuilder : IDisposable
{
    private const string BucketDirectoryName = "buckets";
    private const string StoreDirectoryName = "store";

    private readonly StoreDescription _description;
    private readonly TimeProvider _clock;
    private readonly string _workingDirectory;
    private readonly BlockBuckets _buckets;
    private double _left = double.MaxValue;
    private double _top = double.MaxValue;
    private double _right = double.MinValue;
    private double _bottom = double.MinValue;
    private int? _classCount;
    private bool _broken;
    private StoreManifest? _sealed;

    /// <summary>Starts a store. What an interrupted builder left in the working directory is deleted.</summary>
    /// <param name="description">The store.</param>
    /// <param name="workingDirectory">
    /// Directory of this builder alone, on the file system of the later destination; created if needed. It needs the room of the block
    /// files and the finished store together.
    /// </param>
    /// <param name="options">Use of the machine; null: defaults. Read once.</param>
    /// <param name="clock">Source of the manifest's time stamp; null: the system's.</param>
    /// <exception cref="StoreException">The working directory cannot be used.</exception>
    public CellStoreBuilder(StoreDescription description, string workingDirectory, CellStoreOptions? options = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(description);
        int memory = (options ?? new CellStoreOptions()).BucketMemoryMebibytes;
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, 1, nameof(options));
        _description = description;
        _clock = clock ?? TimeProvider.System;
        _workingDirectory = Path.GetFullPath(workingDirectory);
        Guard(_workingDirectory, () =>
        {
            DeleteWork();
            Directory.CreateDirectory(BucketDirectory);
        });
        _buckets = new BlockBuckets(BucketDirectory, memory * (1L << 20));
    }

    /// <summary>Cells added so far.</summary>
    public long Count { get; private set; }

    private bool HasNetworkLayer => _classCount is { } count && NetworkLayer.IsWorthwhile(count);

    private string BucketDirectory => Path.Combine(_workingDirectory, BucketDirectoryName);

    private string StoreDirectory => Path.Combine(_workingDirectory, StoreDirectoryName);

    /// <summary>Adds a cell.</summary>
    /// <param name="cell">In level-0 px; its token has the described width.</param>
    /// <exception cref="ArgumentException">The token has another width, or a number is not finite.</exception>
    /// <exception cref="InvalidOperationException">The store is sealed, or an earlier call failed.</exception>
    /// <exception cref="StoreException">
    /// The disk is full, or the working directory cannot be written. A block file may now end in the middle of a cell: merge anew with
    /// another builder.
    /// </exception>
    public void Add(SlideCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ThrowIfClosed();

        if (cell.Token.Length != _description.TokenWidth)
        {
            throw new ArgumentException($"The token has {cell.Token.Length} values, the store {_description.TokenWidth}.", nameof(cell));
        }

        SlideRect bounds = cell.Outline.Bounds;
        if (!AllFinite([bounds.X, bounds.Y, bounds.Width, bounds.Height]) || !AllFinite(NumbersOf(cell)))
        {
            throw new ArgumentException("The cell has a coordinate or measure that is not finite.", nameof(cell));
        }

        try
        {
            _buckets.Add(cell);
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            _broken = true;
            throw StorageErrors.Writing(BucketDirectory, e);
        }

        // Cells of tile results of an earlier version carry none: then the layer would have gaps, and there is none.
        _classCount = _classCount is null || _classCount == cell.ClassProbabilities.Length ? cell.ClassProbabilities.Length : 0;
        Count++;
        _left = Math.Min(_left, bounds.X);
        _top = Math.Min(_top, bounds.Y);
        _right = Math.Max(_right, bounds.Right);
        _bottom = Math.Max(_bottom, bounds.Bottom);
    }

    /// <summary>Writes all files of the store, the manifest last, each flushed to the device. The block files are deleted.</summary>
    /// <param name="outcome">What the run knows at its end.</param>
    /// <param name="classifiers">Token classifiers that give the store its class layers, computed from the very embeddings that are stored.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="ArgumentException">A classifier reads embeddings of another width, or two layers would have one name.</exception>
    /// <exception cref="InvalidOperationException">The store is sealed already, or a cell could not be added.</exception>
    /// <exception cref="StoreException">
    /// The disk is full or the working directory cannot be written: the call may be repeated. Or too many cells share one place.
    /// </exception>
    public StoreManifest Seal(RunOutcome outcome, params IReadOnlyList<ITokenClassifier> classifiers)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(classifiers);
        ThrowIfClosed();
        ThrowIfNamesClash(classifiers);

        Guard(StoreDirectory, () =>
        {
            // A seal that failed, for want of space perhaps, may be tried again.
            DeleteDirectory(StoreDirectory);
            Directory.CreateDirectory(StoreDirectory);
            SlideMetadata slide = _description.SlideMetadata;
            var files = new List<ManifestFile>();
            var density = new DensityPyramid(slide.Width, slide.Height, _description.Taxonomy);
            var layers = new List<ManifestLayer>();
            WriteCells(density, files, layers);
            ManifestDensity densityPart = density.Write(StoreDirectory, files);
            WriteLayers(classifiers, files, layers);
            StoreManifest manifest = ManifestOf(outcome, density, densityPart, layers, files);
            DurableDirectory.Sync(StoreDirectory);
            _sealed = ManifestWriter.Write(StoreDirectory, manifest);
            Directory.Delete(BucketDirectory, recursive: true);
        });
        return _sealed!;
    }

    /// <summary>
    /// Renames the sealed store into place, atomically. A store of the same run that is there already is kept and this one is dropped, so
    /// that publishing twice, or by two mergers, does no harm.
    /// </summary>
    /// <param name="targetDirectory">Destination on the file system of the working directory; its parent is created.</param>
    /// <param name="replaceExisting">Whether a store of another run gives way.</param>
    /// <exception cref="InvalidOperationException">The store is not sealed.</exception>
    /// <exception cref="StoreException">
    /// <see cref="ErrorCode.OutputNotWritable"/>: the destination holds something else and must not be replaced, or cannot be written.
    /// </exception>
    public StorePublication Publish(string targetDirectory, bool replaceExisting)
    {
        StoreManifest manifest = _sealed ?? throw new InvalidOperationException("The store is not sealed.");
        StorePublication publication = StorePublisher.Publish(StoreDirectory, manifest, Path.GetFullPath(targetDirectory), replaceExisting);
        Guard(_workingDirectory, DeleteWork);
        return publication;
    }

    /// <summary>Deletes what is in the working directory; a published store is not touched.</summary>
    public void Dispose()
    {
        _buckets.Dispose();
        try
        {
            DeleteWork();
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            // The next builder in this directory deletes it.
        }
    }

    private static double[] NumbersOf(SlideCell cell) =>
    [
        cell.Centroid.X,
        cell.Centroid.Y,
        cell.AreaSquareMicrons,
        cell.PerimeterMicrons,
        cell.MaxDiameterMicrons,
        cell.Circularity,
        cell.OrientationDegrees ?? 0,
        cell.BorderDistanceMicrons ?? 0,
        cell.ClassShare,
        cell.ClassProbability,
        cell.NucleusProbability,
    ];

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            throw StorageErrors.Writing(path, e);
        }
    }

    private static void DeleteDirectory(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private void ThrowIfClosed()
    {
        if (_sealed is not null || _broken)
        {
            throw new InvalidOperationException(_broken ? "An earlier cell could not be written." : "The store is sealed.");
        }
    }

    private void WriteCells(DensityPyramid density, List<ManifestFile> files, List<ManifestLayer> layers)
    {
        SlideRect? bounds = Count == 0 ? null : new SlideRect(_left, _top, _right - _left, _bottom - _top);
        using var table = new CellTableWriter(Path.Combine(StoreDirectory, CellStoreFiles.Cells), _description, bounds);
        using var tokens = new TokenWriter(Path.Combine(StoreDirectory, CellStoreFiles.Tokens), Count, _description.TokenWidth);
        using NetworkLayer? layer = HasNetworkLayer ? new NetworkLayer(StoreDirectory, _description, _classCount!.Value) : null;
        try
        {
            foreach (long block in _buckets.Blocks)
            {
                BlockRecords records = _buckets.Load(block);
                table.Write(records);
                tokens.Write(records);
                layer?.Write(records);
                for (int i = 0; i < records.Count; i++)
                {
                    ref readonly CellRecord record = ref CellRecord.At(records[i]);
                    density.Add(record.Centroid, record.Class);
                }
            }

            files.Add(table.Complete());
            files.Add(tokens.Complete());
            if (layer?.Complete() is { } complete)
            {
                layers.Add(complete.Layer);
                files.Add(complete.File);
            }
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            throw StorageErrors.Writing(StoreDirectory, table.Failure ?? layer?.Failure ?? e);
        }
    }

    private void ThrowIfNamesClash(IReadOnlyList<ITokenClassifier> classifiers)
    {
        List<string> names = [.. classifiers.Select(c => c.Taxonomy.Name)];
        if (HasNetworkLayer)
        {
            names.Add(_description.Taxonomy.Name);
        }

        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Count)
        {
            throw new ArgumentException("Two class layers have one name.", nameof(classifiers));
        }
    }

    private void WriteLayers(IReadOnlyList<ITokenClassifier> classifiers, List<ManifestFile> files, List<ManifestLayer> layers)
    {
        foreach (ITokenClassifier classifier in classifiers)
        {
            (ManifestLayer layer, ManifestFile file) = LayerBuilder.Build(StoreDirectory, _description.Run, _description.Slide, classifier);
            layers.Add(layer);
            files.Add(file);
        }
    }

    private StoreManifest ManifestOf(
        RunOutcome outcome, DensityPyramid density, ManifestDensity densityPart, List<ManifestLayer> layers, List<ManifestFile> files)
    {
        return new StoreManifest
        {
            Format = StoreManifest.FormatName,
            FormatVersion = StoreManifest.CurrentFormatVersion,
            Revision = 1,
            Created = _clock.GetUtcNow(),
            SoftwareVersion = _description.SoftwareVersion,
            Run = _description.Run.Value,
            Slide = DescribeSlide(),
            Cells = Count,
            TokenWidth = _description.TokenWidth,
            Taxonomy = ManifestTaxonomy.From(_description.Taxonomy),
            Counts = [.. density.Counts.Select(entry => new ClassCount(entry.Class, _description.Taxonomy[entry.Class].Name, entry.Cells))],
            ClassBranch = _description.ClassBranch == ClassBranchUse.Classes ? null : _description.ClassBranch.ToString().ToLowerInvariant(),
            Layers = layers.Count == 0 ? null : layers,
            Density = densityPart,
            ModelCard = _description.ModelCard,
            Parameters = _description.Parameters,
            NumericProfiles = [.. outcome.NumericProfiles.Select(p => p.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            FailedTiles = [.. outcome.FailedTiles.OrderBy(t => t.Row).ThenBy(t => t.Column)],
            TimingsSeconds = new SortedDictionary<string, double>(new Dictionary<string, double>(outcome.TimingsSeconds, StringComparer.Ordinal), StringComparer.Ordinal),
            Files = files,
            ManifestSha256 = ManifestWriter.Zeros,
        };
    }

    private ManifestSlide DescribeSlide()
    {
        SlideMetadata slide = _description.SlideMetadata;
        return new ManifestSlide(
            _description.Slide.Value,
            _description.SlideName,
            slide.Vendor,
            slide.Width,
            slide.Height,
            _description.Mpp.MicronsPerPixel,
            slide.MppOrigin,
            slide.Magnification,
            new ManifestRect(slide.ActiveArea.X, slide.ActiveArea.Y, slide.ActiveArea.Width, slide.ActiveArea.Height),
            [.. slide.Levels.Select(level => new ManifestLevel(level.Width, level.Height, level.Downsample))]);
    }

    private void DeleteWork()
    {
        DeleteDirectory(BucketDirectory);
        DeleteDirectory(StoreDirectory);
        if (Directory.Exists(_workingDirectory) && !Directory.EnumerateFileSystemEntries(_workingDirectory).Any())
        {
            Directory.Delete(_workingDirectory);
        }
    }
}
