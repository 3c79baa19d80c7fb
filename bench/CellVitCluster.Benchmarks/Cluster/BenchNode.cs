using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>A node inside this process, with a real journal.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private const int SlotsOfWorker = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IHost _host;

    private BenchNode(IHost host)
    {
        _host = host;
        Registry = host.Services.GetRequiredService<IActorRegistry>();
        System = host.Services.GetRequiredService<ActorSystem>();
        Coordinator = Registry.Get<CoordinatorActor>();
    }

    public IActorRegistry Registry { get; }

    public ActorSystem System { get; }

    public IActorRef Coordinator { get; }

    public static async Task<BenchNode> StartAsync(ClusterNodeOptions options, params ITileAnalyzer[] analyzers)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (ITileAnalyzer analyzer in analyzers)
        {
            builder.Services.AddSingleton(analyzer);
        }

        builder.Services.AddClusterNode(options);
        IHost host = builder.Build();
        await host.StartAsync();
        return new BenchNode(host);
    }

    /// <summary>Starts workers that take no time.</summary>
    /// <param name="count">Number of workers.</param>
    /// <param name="slide">The slide that each of them finds in every run.</param>
    /// <param name="plan">Its tiles.</param>
    /// <param name="unfinished">A tile that they never end, or null.</param>
    public void StartInstantWorkers(int count, SlideMessage slide, PlanMessage plan, int? unfinished = null)
    {
        IActorRef dispatcher = Registry.Get<TileDispatcherActor>(), runs = Registry.Get<SlideRunActor>();
        for (int i = 0; i < count; i++)
        {
            string id = FormattableString.Invariant($"bench-{i}");
            System.ActorOf(Props.Create(() => new InstantWorker(id, SlotsOfWorker, dispatcher, runs, slide, plan, unfinished)), id);
        }
    }

    public Task SubmitAsync(RunSpecification run) => Coordinator.Ask<RunAdmitted>(new SubmitRun(run, Fresh: false), Patience);

    public async Task<IReadOnlyList<RunStatus>> StatusesAsync(IReadOnlyList<string> runIds)
    {
        var statuses = new List<RunStatus>(runIds.Count);
        foreach (string[] page in runIds.Chunk(GetRunStatuses.MaxRuns))
        {
            statuses.AddRange((await Coordinator.Ask<RunStatuses>(new GetRunStatuses(page), Patience)).Runs);
        }

        return statuses;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
