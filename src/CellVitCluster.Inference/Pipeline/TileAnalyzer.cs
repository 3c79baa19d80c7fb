using System.Threading.Channels;
using CellVitCluster.Detection;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
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

    /// <summary>One tile that is computed and one that is handed over.</summary>
    private const int OnDevice = 2;

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
        _decoded = Channel.CreateBounded<Job>(options.DecodedTiles);
        _mapped = Channel.CreateBounded<Job>(options.WaitingMaps);
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
    public int Capacity => _options.Readers + _options.DecodedTiles + OnDevice + _options.WaitingMaps + _options.Detectors;

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
            RunTiles(task => RunnerFor(task, withProbabilities, withClasses, withoutClasses));
        }
#pragma warning disable CA1031 // A model that cannot be used is reported to everyone who waits for a tile.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Exception exception = OutOfMemory.Explain(failure, _device);
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

    private void RunTiles(Func<TileTask, NetworkRunner> runnerFor)
    {
        while (WaitFor(_decoded.Reader))
        {
            while (_decoded.Reader.TryRead(out Job? job))
            {
                if (!job.IsAbandoned())
                {
                    Run(runnerFor(job.Task), job);
                }
            }
        }
    }

    /// <summary>
    /// Asks the device for one tile. A tile fills a GPU by itself, and alone it gets the same bits whatever else is analyzed; the GPU does not wait
    /// between tiles, because its results are waited for by the detection threads.
    /// </summary>
    private void Run(NetworkRunner network, Job job)
    {
        Interlocked.CompareExchange(ref _firstStart, _time.GetTimestamp(), 0);
        try
        {
            job.Pass = network.Begin([job.Pixels!], job.Task.Placements);
        }
#pragma warning disable CA1031 // A failing tile is its caller's, not the device thread's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            job.Fail(OutOfMemory.Explain(exception, _device));
            return;
        }

        job.ReleasePixels();
        while (!_mapped.Writer.TryWrite(job))
        {
            WaitFor(_mapped.Writer);
        }
    }

    private void CountUse(double seconds)
    {
        Interlocked.Add(ref _busyTicks, (long)(seconds * _time.TimestampFrequency));
        Interlocked.Exchange(ref _spanTicks, _time.GetTimestamp() - Interlocked.Read(ref _firstStart));
    }

    private async Task DetectAsync()
    {
        var workspace = new SeparationWorkspace();
        await foreach (Job job in _mapped.Reader.ReadAllAsync())
        {
            try
            {
                using NetworkResult maps = job.Pass!.Complete()[0];
                job.NetworkSeconds = job.Pass.DeviceSeconds;
                CountUse(job.NetworkSeconds);
                long start = _time.GetTimestamp();
                TileCells cells = Detect(job.Task, maps, workspace);
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

    private sealed class Job(TileTask task, CancellationToken cancellation)
    {
        public TileTask Task { get; } = task;

        public TaskCompletionSource<TileAnalysis> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TilePixels? Pixels { get; set; }

        public NetworkBatch? Pass { get; set; }

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
            Pass?.Dispose();
            Pass = null;
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
