using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>
/// A real node with a real journal and real slides, in one folder that outlives it. Several of them in one process form a real cluster over
/// loopback.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private const int Attempts = 45;

    private readonly IHost _host;
    private readonly ClusterNodeOptions _options;
    private readonly IActorRef _coordinator;

    private TestNode(IHost host, ClusterNodeOptions options, RememberedLog log)
    {
        _host = host;
        _options = options;
        Log = log;
        System = host.Services.GetRequiredService<ActorSystem>();
        _coordinator = host.Services.GetRequiredService<IActorRegistry>().Get<CoordinatorActor>();
    }

    /// <summary>What the node has logged.</summary>
    public RememberedLog Log { get; }

    /// <summary>The node's actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The node's view of its cluster.</summary>
    public Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(System);

    /// <summary>A node with every role on SQLite.</summary>
    public static Task<TestNode> StartAsync(TemporaryFolder folder, params ITileAnalyzer[] analyzers) => StartAsync(new TestNodeOptions(folder) { Analyzers = analyzers });

    /// <summary>A node with every role on SQLite that knows classifiers.</summary>
    public static Task<TestNode> StartAsync(TemporaryFolder folder, ITokenClassifierLoader? classifiers, params ITileAnalyzer[] analyzers) =>
        StartAsync(new TestNodeOptions(folder) { Classifiers = classifiers, Analyzers = analyzers });

    /// <summary>A node with every role on SQLite and options of its own.</summary>
    public static Task<TestNode> StartAsync(
        TemporaryFolder folder, Func<ClusterNodeOptions, ClusterNodeOptions> configure, params ITileAnalyzer[] analyzers) =>
        StartAsync(new TestNodeOptions(folder) { Adjust = configure, Analyzers = analyzers });

    /// <summary>Any node; returns as soon as its actors run, member or not.</summary>
    public static async Task<TestNode> StartAsync(TestNodeOptions options)
    {
        var log = new RememberedLog();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(log);
        foreach (ITileAnalyzer analyzer in options.Analyzers)
        {
            builder.Services.AddSingleton(analyzer);
        }

        if (options.Classifiers is not null)
        {
            builder.Services.AddSingleton(options.Classifiers);
        }

        ClusterNodeOptions node = options.Adjust(new ClusterNodeOptions
        {
            Roles = options.Roles,
            Journal = options.Roles.Contains(NodeRoles.Coordinator, StringComparer.Ordinal) ? Journals.Of(options.Folder, options.Journal) : null,
            Seeds = options.Joins is null ? [] : [new SeedAddress(options.Joins.Cluster.SelfAddress.Host, options.Joins.Cluster.SelfAddress.Port!.Value)],
            Timings = new ClusterTimings { Drain = TimeSpan.Zero },
        });
        builder.Services.AddClusterNode(node);
        IHost host = builder.Build();
        await host.StartAsync();
        return new TestNode(host, node, log);
    }

    /// <summary>Waits until the node's cluster has so many members that are up.</summary>
    public async Task<TestNode> WaitForMembersAsync(int count)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Cluster.State.Members.Count(member => member.Status == Akka.Cluster.MemberStatus.Up) != count)
        {
            await poll.WaitForNextTickAsync(deadline.Token);
        }

        return this;
    }

    /// <summary>Waits until the node has stopped by itself.</summary>
    /// <returns>Why.</returns>
    public async Task<ClusterException?> EndAsync()
    {
        await System.WhenTerminated.WaitAsync(Deadline);
        return NodeDeparture.ErrorOf(System, _options);
    }

    /// <summary>Waits until the node has logged a line.</summary>
    public async Task<string> WaitForLogAsync(Func<string, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (Log.Lines.FirstOrDefault(condition) is string line)
            {
                return line;
            }

            await poll.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>A small synthetic slide and the run that analyzes it.</summary>
    public static async Task<RunSpecification> MakeRunAsync(TemporaryFolder folder, string name, int side = 3000)
    {
        string slide = folder.File($"{name}.tiff");
        if (!File.Exists(slide))
        {
            await SyntheticSlideWriter.WriteAsync(new SyntheticSlideOptions { Width = side, Height = side, Seed = 5 }, slide);
        }

        string runId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32];
        return Specimens.Specification(runId, folder.Path) with
        {
            Name = name,
            SlidePath = slide,
            StoreDirectory = folder.File("out", name),
            WorkDirectory = folder.File("work", runId),
        };
    }

    /// <summary>Sends a command or question to the coordinator.</summary>
    public Task<TReply> AskAsync<TReply>(object message) => _coordinator.Ask<TReply>(message, Deadline);

    /// <summary>Submits a run, again when a coordinator that fails meanwhile leaves the question unanswered.</summary>
    public Task SubmitAsync(RunSpecification run, bool fresh = false) => PersistentlyAsync<RunAdmitted>(new SubmitRun(run, fresh));

    /// <summary>Waits until the run is published or given up.</summary>
    public Task<RunStatus> FinishAsync(RunSpecification run) =>
        WaitAsync(run, status => status.Phase is RunPhase.Published or RunPhase.Quarantined);

    /// <summary>Waits for a condition on the run's status.</summary>
    public async Task<RunStatus> WaitAsync(RunSpecification run, Func<RunStatus, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        RunStatus? last = null;
        while (await poll.WaitForNextTickAsync(deadline.Token))
        {
            RunStatuses statuses = await PersistentlyAsync<RunStatuses>(new GetRunStatuses([run.RunId]));
            last = statuses.Runs.Count > 0 ? statuses.Runs[0] : last;
            if (last is not null && condition(last))
            {
                return last;
            }
        }

        throw new TimeoutException($"Run {run.Name} stands at {last}.");
    }

    /// <summary>Waits until a folder is gone: what is no longer needed is removed beside the work, not before its end is told.</summary>
    public static async Task GoneAsync(string folder)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Directory.Exists(folder))
        {
            await poll.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>Ends the node without any of the ceremony of a clean stop: no hand-over, no leaving.</summary>
    public Task CrashAsync()
    {
        ((ExtendedActorSystem)System).Abort();
        return System.WhenTerminated;
    }

    /// <summary>Stops the node in order.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task<TReply> PersistentlyAsync<TReply>(object message)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await _coordinator.Ask<TReply>(message, Deadline / Attempts);
            }
            catch (AskTimeoutException) when (attempt < Attempts)
            {
                // Asked again.
            }
        }
    }
}
