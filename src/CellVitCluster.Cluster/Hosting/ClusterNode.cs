using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Pattern;
using Akka.Persistence.Sql;
using Akka.Remote.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Serialization;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.Domain.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>
/// Registers the actor system of one node. The same actors run on a laptop, where one node has every role and founds a cluster of its
/// own, and on many machines.
/// </summary>
public static class ClusterNode
{
    /// <summary>
    /// Adds the node to a host. A node with the worker role gets one worker per <see cref="ITileAnalyzer"/> in the container, one with the
    /// merger role classifies with the <see cref="ITokenClassifierLoader"/> there.
    /// </summary>
    /// <exception cref="Domain.Errors.StoreException">The journal cannot be opened.</exception>
    public static IServiceCollection AddClusterNode(this IServiceCollection services, ClusterNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string connectionString = JournalFile.Prepare(options.JournalPath);
        return services.AddAkka("cellvit", (builder, provider) =>
        {
            TimeProvider time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
            builder
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                })
                .AddHocon(NodeConfiguration.For(connectionString), HoconAddMode.Prepend)
                .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
                .WithCustomSerializer("cellvit", [typeof(IClusterMessage)], system => new ClusterMessageSerializer(system))
                .WithRemoting(options.Host, options.Port)
                .WithClustering(new ClusterOptions { Roles = [.. options.Roles] })
                // Who is created later asks for those that were created before: proxies, regions, singletons.
                .AddSingletonProxies()
                .AddRegions(options, provider.GetService<ITokenClassifierLoader>(), time)
                .AddSingletons(options, time)
                .AddStartup((system, _) =>
                {
                    var cluster = Akka.Cluster.Cluster.Get(system);
                    cluster.Join(cluster.SelfAddress);
                });
            if (options.Roles.Contains(NodeRoles.Worker, StringComparer.Ordinal))
            {
                builder.WithActors((system, registry, _) =>
                {
                    int number = 0;
                    foreach (ITileAnalyzer analyzer in provider.GetServices<ITileAnalyzer>())
                    {
                        system.ActorOf(WorkerProps(system, registry, analyzer, number, options, time), FormattableString.Invariant($"worker-{number}"));
                        number++;
                    }
                });
            }
        });
    }

    private static AkkaConfigurationBuilder AddSingletonProxies(this AkkaConfigurationBuilder builder)
    {
        var singleton = new ClusterSingletonOptions { Role = NodeRoles.Coordinator };
        return builder
            .WithSingletonProxy<CoordinatorActor>("coordinator", singleton)
            .WithSingletonProxy<TileDispatcherActor>("dispatcher", singleton)
            .WithSingletonProxy<OperationsActor>("operations", singleton);
    }

    private static AkkaConfigurationBuilder AddSingletons(this AkkaConfigurationBuilder builder, ClusterNodeOptions options, TimeProvider time)
    {
        var singleton = new ClusterSingletonOptions { Role = NodeRoles.Coordinator };
        if (options.Roles.Contains(NodeRoles.Coordinator, StringComparer.Ordinal))
        {
            builder
                .WithSingleton<CoordinatorActor>("coordinator", (_, registry, _) => CoordinatorProps(registry, options, time), singleton, createProxyToo: false)
                .WithSingleton<TileDispatcherActor>(
                    "dispatcher", (_, registry, _) => DispatcherProps(registry, options, time), singleton, createProxyToo: false)
                .WithSingleton<OperationsActor>(
                    "operations", (_, _, _) => Props.Create(() => new OperationsActor(time)), singleton, createProxyToo: false);
        }

        return builder;
    }

    private static AkkaConfigurationBuilder AddRegions(
        this AkkaConfigurationBuilder builder, ClusterNodeOptions options, ITokenClassifierLoader? classifiers, TimeProvider time)
    {
        var extractor = new RunIdExtractor();
        builder = options.Roles.Contains(NodeRoles.Coordinator, StringComparer.Ordinal)
            ? builder.WithShardRegion<SlideRunActor>("run", (_, registry, _) => id => RunProps(registry, id, options, time), extractor, Sharding(NodeRoles.Coordinator))
            : builder.WithShardRegionProxy<SlideRunActor>("run", NodeRoles.Coordinator, extractor);
        var slots = new MergeSlots(options.Merging.MaxConcurrentMerges);
        return options.Roles.Contains(NodeRoles.Merger, StringComparer.Ordinal)
            ? builder.WithShardRegion<SlideMergerActor>("merger", (_, registry, _) => _ => MergerProps(registry, options, slots, classifiers, time), extractor, Sharding(NodeRoles.Merger))
            : builder.WithShardRegionProxy<SlideMergerActor>("merger", NodeRoles.Merger, extractor);
    }

    // The coordinator remembers the runs and starts silent ones again, so the shards need not.
    private static ShardOptions Sharding(string role) => new()
    {
        Role = role,
        StateStoreMode = StateStoreMode.DData,
        RememberEntities = false,
        ShouldPassivateIdleEntities = false,
    };

    // The singleton manager does not restart a persistent actor that stopped because the journal failed; the supervisor does.
    private static Props CoordinatorProps(IActorRegistry registry, ClusterNodeOptions options, TimeProvider time)
    {
        IActorRef runs = registry.Get<SlideRunActor>();
        IActorRef operations = registry.Get<OperationsActor>();
        var child = Props.Create(() => new CoordinatorActor(runs, operations, options.Admission, time));
        return BackoffSupervisor.Props(Backoff.OnStop(
            child, "state", TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10), randomFactor: 0.2, maxNrOfRetries: -1));
    }

    private static Props DispatcherProps(IActorRegistry registry, ClusterNodeOptions options, TimeProvider time)
    {
        IActorRef operations = registry.Get<OperationsActor>();
        return Props.Create(() => new TileDispatcherActor(operations, options.Dispatch, time));
    }

    private static Props RunProps(IActorRegistry registry, string runId, ClusterNodeOptions options, TimeProvider time)
    {
        IActorRef coordinator = registry.Get<CoordinatorActor>();
        IActorRef dispatcher = registry.Get<TileDispatcherActor>();
        IActorRef mergers = registry.Get<SlideMergerActor>();
        IActorRef operations = registry.Get<OperationsActor>();
        return Props.Create(() => new SlideRunActor(runId, coordinator, dispatcher, mergers, operations, options.Runs, time));
    }

    private static Props MergerProps(
        IActorRegistry registry, ClusterNodeOptions options, MergeSlots slots, ITokenClassifierLoader? classifiers, TimeProvider time)
    {
        IActorRef runs = registry.Get<SlideRunActor>();
        IActorRef operations = registry.Get<OperationsActor>();
        return Props.Create(() => new SlideMergerActor(runs, operations, options.Merging, slots, classifiers, time));
    }

    private static Props WorkerProps(
        ActorSystem system, IActorRegistry registry, ITileAnalyzer analyzer, int number, ClusterNodeOptions options, TimeProvider time)
    {
        IActorRef dispatcher = registry.Get<TileDispatcherActor>();
        IActorRef runs = registry.Get<SlideRunActor>();
        string workerId = FormattableString.Invariant($"{Akka.Cluster.Cluster.Get(system).SelfUniqueAddress}-{number}");
        return Props.Create(() => new WorkerActor(workerId, analyzer, dispatcher, runs, options.Workers, time));
    }
}
