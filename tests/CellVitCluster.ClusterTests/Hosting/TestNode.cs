using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>A real node with every role, a real journal on SQLite and real slides, in one folder that outlives it.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly IHost _host;
    private readonly IActorRef _coordinator;

    private TestNode(IHost host)
    {
        _host = host;
        _coordinator = host.Services.GetRequiredService<IActorRegistry>().Get<CoordinatorActor>();
    }

    public static Task<TestNode> StartAsync(TemporaryFolder folder, params ITileAnalyzer[] analyzers) => StartAsync(folder, options => options, null, analyzers);

    public static Task<TestNode> StartAsync(TemporaryFolder folder, ITokenClassifierLoader? classifiers, params ITileAnalyzer[] analyzers) =>
        StartAsync(folder, options => options, classifiers, analyzers);

    public static Task<TestNode> StartAsync(
        TemporaryFolder folder, Func<ClusterNodeOptions, ClusterNodeOptions> configure, params ITileAnalyzer[] analyzers) =>
        StartAsync(folder, configure, null, analyzers);

    private static async Task<TestNode> StartAsync(
        TemporaryFolder folder, Func<ClusterNodeOptions, ClusterNodeOptions> configure, ITokenClassifierLoader? classifiers, ITileAnalyzer[] analyzers)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (ITileAnalyzer analyzer in analyzers)
        {
            builder.Services.AddSingleton(analyzer);
        }

        if (classifiers is not null)
        {
            builder.Services.AddSingleton(classifiers);
        }

        builder.Services.AddClusterNode(configure(new ClusterNodeOptions { JournalPath = folder.File("journal.db") }));
        IHost host = builder.Build();
        await host.StartAsync();
        return new TestNode(host);
    }

    /// <summary>A small synthetic slide and the run that analyzes it.</summary>
    public static async Task<RunSpecification> MakeRunAsync(TemporaryFolder folder, string name, int side = 3000)
    {
        string slide = folder.File($"{name}.tiff");
        if (!File.Exists(slide))
        {
            await SyntheticSlideWriter.WriteAsync(new SyntheticSlideOptions { Width = side, Height = side, Seed = 5 }, slide);
        }

        string runId = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..32];
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

    public Task SubmitAsync(RunSpecification run, bool fresh = false) =>
        _coordinator.Ask<RunAdmitted>(new SubmitRun(run, fresh), Deadline);

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
            RunStatuses statuses = await _coordinator.Ask<RunStatuses>(new GetRunStatuses([run.RunId]), Deadline);
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
    public Task CrashAsync() => _host.Services.GetRequiredService<ActorSystem>().Terminate();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
