using System.Threading.Channels;
using CellVitCluster.Detection;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Calibration;
using CellVitCluster.Inference.Embeddings;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.Slides.Reading;

namespace CellVitCluster.Inference.Pipeline;

/// <summary>
/// The pipeline of one device: reader threads → device thread → detection threads, joined by bounded channels, so that reading and
/// detection hide behind the network and memory does not depend on the slide. Tiles leave in any order.
/// </summary>
public sealed class TileAnalyzer : ITileAnalyzer
{
    private const int WarmUpSide = 256;

    private readonly ModelCard _card;
    private readonly InferenceDevice _device;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SeparationParameters _separation;
    private readonly SlidePool _slides;
    private readonly TileAnalyzerOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<Job> _requested;
    private readonly Channel<Job> _decoded;
    private readonly Channel<Job> _mapped;
    private readonly Task[] _stages;
    private long _busyTicks;
    private long _spanTicks;
    private long _firstStart;

    /// <summary>Starts the stages; the model is loaded on the device thread meanwhile, see <see cref="Ready"/>.</summary>
    /// <param name="card">Card of the model.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="options">Widths of the stages.</param>
    /// <param name="time">Clock.</param>
    public TileAnalyzer(ModelCard card, InferenceDevice device, TileAnalyzerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        _card = card;
        _device = device;
        _separation = CardSeparation.Of(card);
        _options = options;
        _time = time;
        _slides = new SlidePool(options.IdleSlides);
        // Requests are references without pixels; their number is bounded by what the worker holds.
        _requested = Channel.CreateUnbounded<Job>();
        _decoded = Channel.CreateBounded<Job>(DecodedTiles);
        _mapped = Channel.CreateBounded<Job>(WaitingMaps);
        _stages =
        [
            .. Enumerable.Range(0, options.Readers).Select(_ => Task.Run(ReadAsync)),
            Task.Factory.StartNew(RunNetwork, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            .. Enumerable.Range(0, options.Detectors).Select(_ => Task.Run(DetectAsync)),
        ];
    }

    /// <summary>Completes when the model is loaded; fails with the reason (a <c>ModelException</c>) when it cannot be.</summary>
    public Task Ready => _ready.Task;

    /// <inheritdoc/>
    public NumericProfile Profile => _device.Profile;

    /// <inheritdoc/>
    public string ModelDigest => _card.Sha256;

    /// <inheritdoc/>
    public string Precision => Precisions.NameOf(_device.Precision);

    /// <inheritdoc/>
    public int Capacity => _options.Readers + DecodedTiles + (2 * LargestBatch) + WaitingMaps + _options.Detectors;

    private int LargestBatch => _options.BatchSize ?? DeviceMemory.LargestBatch(_device);

    /// <summary>At least a batch, or batches would never be full.</summary>
    private int DecodedTiles => Math.Max(_options.DecodedTiles, LargestBatch);

    /// <summary>A batch of a GPU comes out at once: the device thread must not wait until most of it is detected.</summary>
    private int WaitingMaps => Math.Max(_options.WaitingMaps, LargestBatch);

    /// <inheritdoc/>
    public DeviceUse Use => new(
        Interlocked.Read(ref _busyTicks) / (double)_time.TimestampFrequency,
        Interlocked.Read(ref _spanTicks) / (double)_time.TimestampFrequency);

    /// <inheritdoc/>
    public Task<TileAnalysis> AnalyzeAsync(TileTask task, CancellationToken cancellation)
    {
        var job = new Job(task, cancellation);
        if (!_requested.Writer.TryWrite(job))
        {
            job.Done.TrySetException(new ObjectDisposedException(nameof(TileAnalyzer)));
        }

        return job.Done.Task;
    }

    /// <summary>Finishes what has begun, ends the stages and frees the network.</summary>
    public async ValueTask DisposeAsync()
    {
        _requested.Writer.TryComplete();
        await Task.WhenAll(_stages.Take(_options.Readers));
        _decoded.Writer.TryComplete();
        await _stages[_options.Readers];
        _mapped.Writer.TryComplete();
        await Task.WhenAll(_stages);
        _slides.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (Job job in _requested.Reader.ReadAllAsync())
        {
            if (job.IsAbandoned())
            {
                continue;
            }

            try
            {
                long start = _time.GetTimestamp();
                job.Pixels = _slides.Use(
                    job.Task.Slide, slide => new TileReader(slide, job.Task.Grid, job.Task.Compatibility).Read(job.Task.Tile));
                job.ReadSeconds = _time.GetElapsedTime(start).TotalSeconds;
            }
#pragma warning disable CA1031 // Whatever a tile throws belongs to the caller who asked for it, never to the stage.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                job.Done.TrySetException(exception);
                continue;
            }

            if (job.Pixels is null)
            {
                job.Finish(new TileCells(job.Task.Tile, [], _card.EmbeddingWidth, []), detectionSeconds: 0);
            }
            else
            {
                await _decoded.Writer.WriteAsync(job);
            }
        }
    }

    /// <summary>The one thread that talks to the device: loads the model, runs it, frees it.</summary>
    private void RunNetwork()
    {
        LoadedModel? model = null;
        NetworkRunner? withProbabilities = null;
        NetworkRunner? withClasses = null;
        NetworkRunner? withoutClasses = null;
        try
        {
            model = LoadedModel.Load(_card, _device);
            withProbabilities = new NetworkRunner(model, keepProbability: true, keepClassProbabilities: true);
            withClasses = new NetworkRunner(model, keepProbability: true);
            withoutClasses = new NetworkRunner(model, classes: false, keepProbability: true);
            WarmUp(withProbabilities);
            _ready.TrySetResult();
            var batches = new ShrinkingBatches(_options.BatchSize ?? DeviceMemory.BatchSize(_device, TileGrid.TileSize));
            RunBatches(task => RunnerFor(task, withProbabilities, withClasses, withoutClasses), batches);
        }
#pragma warning disable CA1031 // A model that cannot be used is reported to everyone who waits for a tile.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _ready.TrySetException(exception);
            while (WaitFor(_decoded.Reader))
            {
                while (_decoded.Reader.TryRead(out Job? job))
                {
                    job.Fail(exception);
                }
            }
        }
        finally
        {
            withoutClasses?.Dispose();
            withClasses?.Dispose();
            withProbabilities?.Dispose();
            model?.Dispose();
        }
    }

    /// <summary>
    /// The first pass compiles code and packs weights. Done on a small blank picture, it happens while slides are still being opened.
    /// </summary>
    private static void WarmUp(NetworkRunner network)
    {
        foreach (NetworkResult result in network.Run([new byte[WarmUpSide * WarmUpSide * 3]], WarmUpSide, WarmUpSide))
        {
            result.Dispose();
        }
    }

    /// <summary>The published program knows no class probabilities, so its runs go without.</summary>
    private static NetworkRunner RunnerFor(
        TileTask task, NetworkRunner withProbabilities, NetworkRunner withClasses, NetworkRunner withoutClasses)
    {
        return task.ClassBranch switch
        {
            ClassBranchUse.None => withoutClasses,
            ClassBranchUse.Classes when task.Compatibility == CompatibilityMode.Default => withProbabilities,
            _ => withClasses,
        };
    }

    private void RunBatches(Func<TileTask, NetworkRunner> runnerFor, ShrinkingBatches batches)
    {
        var begun = new Queue<BegunBatch>();
        while (begun.Count > 0 || WaitFor(_decoded.Reader))
        {
            List<Job> batch = TakeDecoded(batches.Size);

            // Runs that use the class branch differently, or other placements, may meet in one worker.
            foreach (var group in batch.GroupBy(job => (Runner: runnerFor(job.Task), job.Task.Placements)))
            {
                if (Begin(group.Key.Runner, batches, [.. group], group.Key.Placements) is { } next)
                {
                    begun.Enqueue(next);
                }
            }

            // A GPU computes one batch while the results of the one before are taken.
            int ahead = _device.IsCuda && batch.Count > 0 ? 1 : 0;
            while (begun.Count > ahead)
            {
                Complete(begun.Dequeue());
            }
        }
    }

    private List<Job> TakeDecoded(int count)
    {
        var batch = new List<Job>(count);
        while (batch.Count < count && _decoded.Reader.TryRead(out Job? job))
        {
            if (!job.IsAbandoned())
            {
                batch.Add(job);
            }
        }

        return batch;
    }

    private BegunBatch? Begin(NetworkRunner network, ShrinkingBatches batches, List<Job> jobs, int placements)
    {
        _firstStart = _firstStart == 0 ? _time.GetTimestamp() : _firstStart;
        try
        {
            return new BegunBatch(jobs, batches.Run([.. jobs.Select(job => job.Pixels!)], tiles => network.Begin(tiles, placements)));
        }
#pragma warning disable CA1031 // A failing batch costs its tiles, not the device thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            jobs.ForEach(job => job.Fail(exception));
            return null;
        }
        finally
        {
            jobs.ForEach(job => job.ReleasePixels());
        }
    }

    private void Complete(BegunBatch batch)
    {
        try
        {
            List<NetworkResult> maps = [.. batch.Parts.SelectMany(part => part.Complete())];
            double seconds = batch.Parts.Sum(part => part.DeviceSeconds) / batch.Jobs.Count;
            CountUse(seconds * batch.Jobs.Count);
            for (int i = 0; i < maps.Count; i++)
            {
                batch.Jobs[i].Maps = maps[i];
                batch.Jobs[i].NetworkSeconds = seconds;
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            batch.Parts.ToList().ForEach(part => part.Dispose());
            batch.Jobs.ForEach(job => job.Fail(exception));
            return;
        }

        foreach (Job job in batch.Jobs)
        {
            while (!_mapped.Writer.TryWrite(job))
            {
                WaitFor(_mapped.Writer);
            }
        }
    }

    private void CountUse(double seconds)
    {
        Interlocked.Add(ref _busyTicks, (long)(seconds * _time.TimestampFrequency));
        Interlocked.Exchange(ref _spanTicks, _time.GetTimestamp() - _firstStart);
    }

    private async Task DetectAsync()
    {
        var workspace = new SeparationWorkspace();
        await foreach (Job job in _mapped.Reader.ReadAllAsync())
        {
            try
            {
                long start = _time.GetTimestamp();
                TileCells cells = Detect(job.Task, job.Maps!, workspace);
                job.Finish(cells, _time.GetElapsedTime(start).TotalSeconds);
            }
#pragma warning disable CA1031 // As above: the tile's caller learns it, the stage goes on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                job.Fail(exception);
            }
        }
    }

    private TileCells Detect(TileTask task, NetworkResult result, SeparationWorkspace workspace)
    {
        SeparationParameters separation = task.Compatibility == CompatibilityMode.Reference ? SeparationParameters.Reference : _separation;
        TileNuclei nuclei = NucleusExtractor.Extract(result.Maps, separation, task.Compatibility, workspace);
        IReadOnlyList<TileCell> cells = nuclei.Cells;
        if (task.ClassBranch == ClassBranchUse.Gate)
        {
            cells = [.. cells.Select(cell => cell with { Class = NetworkRunner.AnyNucleus })];
        }

        TokenMap tokens = result.Tokens;
        Half[] pooled = TokenPooler.PoolAll(tokens.Values, tokens.Width, tokens.Columns, tokens.PatchSize, cells, tokens.InputScale);
        return new TileCells(task.Tile, cells, tokens.Width, pooled, nuclei.ClassProbabilities);
    }

    // The device thread is a thread of its own: it may block, and must, because libtorch keeps state per thread.
#pragma warning disable VSTHRD002
    private static bool WaitFor(ChannelReader<Job> reader) => reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private static void WaitFor(ChannelWriter<Job> writer) => writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    /// <summary>Tiles whose forward pass was asked for.</summary>
    /// <param name="Jobs">The tiles.</param>
    /// <param name="Parts">Their batches, in order: one, or several where memory did not suffice.</param>
    private sealed record BegunBatch(List<Job> Jobs, IReadOnlyList<NetworkBatch> Parts);

    private sealed class Job(TileTask task, CancellationToken cancellation)
    {
        public TileTask Task { get; } = task;

        public TaskCompletionSource<TileAnalysis> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TilePixels? Pixels { get; set; }

        public NetworkResult? Maps { get; set; }

        public double ReadSeconds { get; set; }

        public double NetworkSeconds { get; set; }

        public bool IsAbandoned()
        {
            if (!cancellation.IsCancellationRequested)
            {
                return false;
            }

            Release();
            Done.TrySetCanceled(cancellation);
            return true;
        }

        public void ReleasePixels()
        {
            Pixels?.Dispose();
            Pixels = null;
        }

        private void Release()
        {
            ReleasePixels();
            Maps?.Dispose();
            Maps = null;
        }

        public void Fail(Exception exception)
        {
            Release();
            Done.TrySetException(exception);
        }

        public void Finish(TileCells cells, double detectionSeconds)
        {
            Release();
            Done.TrySetResult(new TileAnalysis(cells, new TileTimings(ReadSeconds, NetworkSeconds, detectionSeconds)));
        }
    }
}
