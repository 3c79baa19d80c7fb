using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Cli.Submission;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Inference.Classification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Events;

namespace CellVitCluster.Cli.Roles;

/// <summary>A cluster of one node with every role, for the duration of one command: the same actors as on many machines.</summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly IActorRef _coordinator;

    private LocalNode(IHost host)
    {
        _host = host;
        _coordinator = host.Services.GetRequiredService<IActorRegistry>().Get<CoordinatorActor>();
    }

    /// <summary>Starts the node.</summary>
    /// <param name="folder">Journal and logs go there.</param>
    /// <param name="analyzers">One worker each; owned by the caller.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<LocalNode> StartAsync(OutputFolder folder, IReadOnlyList<ITileAnalyzer> analyzers, CancellationToken cancellation)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSerilog(new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.File(
                folder.Log,
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: 14,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture)
            .CreateLogger(), dispose: true);
        foreach (ITileAnalyzer analyzer in analyzers)
        {
            builder.Services.AddSingleton(analyzer);
        }

        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddSingleton<ITokenClassifierLoader, TokenClassifierLoader>();
        builder.Services.AddClusterNode(new ClusterNodeOptions
        {
            Journal = JournalLocation.Sqlite(folder.Journal),
            // A command that ends has finished its tiles; one that is interrupted is to end at once.
            Timings = new ClusterTimings { Drain = TimeSpan.Zero },
            // A command works on what it was asked for, not on what an earlier one left unfinished.
            Admission = new AdmissionOptions { ResumeUnfinished = false, MinFreeBytes = DiskGuard.MinimumFreeBytes },
            // All its workers are there: whom they cannot serve nobody will. And a crash costs the user a command: the first one makes suspicious.
            Runs = new SlideRunOptions { QuarantineUnservable = true, AloneAfter = 1 },
        });
        IHost host = builder.Build();
        await host.StartAsync(cancellation);
        return new LocalNode(host);
    }

    /// <summary>Submits a run; returns when the submission is journaled.</summary>
    public Task SubmitAsync(RunSpecification specification, bool fresh, CancellationToken cancellation) =>
        _coordinator.Ask<RunAdmitted>(new SubmitRun(specification, fresh), AskTimeout, cancellation);

    /// <summary>How the runs stand; as many questions as it takes.</summary>
    public async Task<IReadOnlyList<RunStatus>> GetStatusesAsync(IReadOnlyList<string> runIds, CancellationToken cancellation)
    {
        var statuses = new List<RunStatus>(runIds.Count);
        foreach (string[] page in runIds.Chunk(GetRunStatuses.MaxRuns))
        {
            statuses.AddRange((await _coordinator.Ask<RunStatuses>(new GetRunStatuses(page), AskTimeout, cancellation)).Runs);
        }

        return statuses;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
