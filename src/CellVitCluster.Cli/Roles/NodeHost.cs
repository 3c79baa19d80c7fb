using Akka.Actor;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Api.Submission;
using CellVitCluster.Cli.Output;
using CellVitCluster.Cli.Submission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Inference.Classification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Events;

namespace CellVitCluster.Cli.Roles;

/// <summary>A node from its settings to its end: one host that holds what each of its roles needs.</summary>
internal static class NodeHost
{
    /// <summary>Shutdown beyond the workers' draining: leaving, handing over, closing files.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(40);

    /// <summary>Runs the node until it is told to stop.</summary>
    /// <exception cref="CellVitException">The node could not start, could not join, or was removed.</exception>
    public static async Task RunAsync(NodeSettings settings, CancellationToken cancellation)
    {
        await using LocalWorkers? workers = settings.Cluster.HasRole(NodeRoles.Worker)
            ? LocalWorkers.Start(settings.Model, settings.Device, settings.Precision, settings.Workers)
            : null;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        Compose(builder, settings, workers);
        using IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellation);
            var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
            await ServeAsync(host.Services, workers, ends.Token);
        }
        catch (OperationCanceledException)
        {
            // Told to stop, or the actor system has ended by itself: the reason is looked at below.
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }

        if (NodeDeparture.ErrorOf(host.Services.GetRequiredService<ActorSystem>(), settings.Cluster) is ClusterException departure)
        {
            throw departure;
        }
    }

    private static void Compose(IHostApplicationBuilder builder, NodeSettings settings, LocalWorkers? workers)
    {
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.Cluster.Timings.Drain + Farewell);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        AddLog(builder, settings);
        foreach (ITileAnalyzer analyzer in workers?.Analyzers ?? [])
        {
            builder.Services.AddSingleton(analyzer);
        }

        if (settings.Cluster.HasRole(NodeRoles.Merger))
        {
            builder.Services.AddSingleton<ITokenClassifierLoader, TokenClassifierLoader>();
        }

        builder.Services.AddClusterNode(settings.Cluster);
        if (settings.Api is { } api)
        {
            builder.Services.AddSingleton<IRunTemplates>(new RunTemplates(api.ModelRoots));
            builder.Services.AddApi(api);
        }
    }

    /// <summary>Everything of note goes into a file of the node's own, warnings also to whoever watches.</summary>
    private static void AddLog(IHostApplicationBuilder builder, NodeSettings settings)
    {
        // Nodes may share the folder, also from several machines and addresses.
        ClusterNodeOptions node = settings.Cluster;
        string place = node.Port == 0 ? FormattableString.Invariant($"pid{Environment.ProcessId}") : FormattableString.Invariant($"{node.Port}");
        string name = $"node-{Environment.MachineName}-{node.PublicHost ?? node.Host}-{place}-.log";
        builder.Services.AddSerilog(
            new LoggerConfiguration()
                .MinimumLevel.Is(settings.Cluster.LogsDebug ? LogEventLevel.Debug : LogEventLevel.Information)
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .WriteTo.File(
                    Path.Combine(settings.DataDirectory, "logs", name),
                    rollingInterval: RollingInterval.Day,
                    retainedFileCountLimit: 14,
                    formatProvider: System.Globalization.CultureInfo.InvariantCulture)
                .WriteTo.Sink(new StandardErrorSink(), LogEventLevel.Warning)
                .CreateLogger(),
            dispose: true);
    }

    private static async Task ServeAsync(IServiceProvider services, LocalWorkers? workers, CancellationToken ends)
    {
        var cluster = Akka.Cluster.Cluster.Get(services.GetRequiredService<ActorSystem>());
        var member = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(() => member.TrySetResult());

        // A model that cannot be used ends the node.
        await Task.WhenAll(member.Task, workers?.Ready ?? Task.CompletedTask).WaitAsync(ends);
        string service = services.GetService<ApiServer>() is { } server ? $", service at {server.Address.GetLeftPart(UriPartial.Authority)}" : string.Empty;
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"node {cluster.SelfAddress.Host}:{cluster.SelfAddress.Port} is up, roles {string.Join(", ", cluster.SelfRoles.Order(StringComparer.Ordinal))}, members {cluster.State.Members.Count}{service}"));
        await Task.Delay(Timeout.InfiniteTimeSpan, ends);
    }
}
