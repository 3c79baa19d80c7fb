using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>A cluster of node processes with an SQLite journal, on a network without faults, and a client of it.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly FaultyNetwork _network = new(1);
    private readonly CancellationTokenSource _deadline;
    private readonly int _workers;

    private BenchCluster(string folder, string slides, TimeSpan limit, Func<ChaosOptions, ChaosOptions> shape)
    {
        Output = Path.Combine(folder, "out");
        Directory.CreateDirectory(Output);
        Directory.CreateDirectory(slides);
        ChaosOptions options = shape(new ChaosOptions
        {
            Folder = folder,
            Seed = 1,
            Faults = 0,
            Database = new SqliteDatabase(Path.Combine(folder, "journal.db")),
            Coordinators = 1,
            Mergers = 1,
            Workers = 1,
            ReadPixels = false,
        });
        _workers = options.Workers * options.WorkersPerProcess;
        Nodes = new ChaosCluster(options, "nodes", options.Database.Journal, Output, [slides], _network);
        Client = new ServiceClient(Nodes.Servers);
        _deadline = new CancellationTokenSource(limit);
        Nodes.Start();
    }

    /// <summary>Its processes: coordinators first, then mergers, then workers.</summary>
    public ChaosCluster Nodes { get; }

    /// <summary>Speaks to its coordinators.</summary>
    public ServiceClient Client { get; }

    /// <summary>Where the cell stores go.</summary>
    public string Output { get; }

    /// <summary>Ends the benchmark when the cluster hangs.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <summary>Starts a coordinator, a merger and a worker, which reads no pixels, or what is made of them, and waits for the workers.</summary>
    /// <param name="folder">Folder for everything.</param>
    /// <param name="slides">Folder of slides that may be submitted.</param>
    /// <param name="limit">Time after which the benchmark is given up.</param>
    /// <param name="shape">Says what is different.</param>
    public static async Task<BenchCluster> StartAsync(string folder, string slides, TimeSpan limit, Func<ChaosOptions, ChaosOptions>? shape = null)
    {
        var cluster = new BenchCluster(folder, slides, limit, shape ?? (options => options));
        try
        {
            await cluster.Client.WaitForWorkersAsync(cluster._workers, cluster.Deadline);
            return cluster;
        }
        catch
        {
            // Its processes would stay.
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Submits slides to be analyzed with the pace of the cluster.</summary>
    /// <returns>Id of the batch.</returns>
    public Task<string> SubmitAsync(string label, IEnumerable<string> slides, double? mpp = null) => Client.SubmitAsync(label, Output, slides, Deadline, mpp: mpp);

    /// <summary>Submits slides and waits until the last of them is published.</summary>
    public async Task FinishAsync(string label, IEnumerable<string> slides, double? mpp = null) =>
        await Client.FinishAsync(await SubmitAsync(label, slides, mpp), Deadline);

    /// <summary>Stops the nodes in order.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Nodes.StopAsync();
        await Nodes.DisposeAsync();
        await _network.DisposeAsync();
        _deadline.Dispose();
    }
}
