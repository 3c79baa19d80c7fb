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
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>
/// Registers the actor system of one node. The same actors run on a laptop, where one node has every role and founds a cluster of its
/// own, and on many machines.
/// </summary>
public static class ClusterNode
{
    /// <summary>
    /// Adds the node to a host. A node with the worker role gets one worker per <see cref="ITileAnalyzer"/> in the container, one with the
    /// merger role classifies with the <see cref="ITokenClassifierLoader"/> there. The host stops when the node does;
    /// <see cref="NodeDeparture"/> then knows why.
    /// </summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="options">What the node is.</param>
    /// <param name="extend">Adds more to the node's actor system; called after everything else is configured.</param>
    /// <exception cref="ConfigurationException">A coordinator without journal.</exception>
    /// <exception cref="StoreException">The journal cannot be opened.</exception>
    public static IServiceCollection AddClusterNode(
        this IServiceCollection services, ClusterNodeOptions options, Action<AkkaConfigurationBuilder, IServiceProvider>? extend = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? connectionString = PrepareJournal(options);
        services.AddAkka("cellvit", (builder, provider) =>
        {
            TimeProvider time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
            builder
                .ConfigureLoggers(loggers =>
                {
                    loggers.LogLevel = options.LogsDebug ? Akka.Event.LogLevel.DebugLevel : Akka.Event.LogLevel.InfoLevel;
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                })
                .AddHocon(NodeConfiguration.For(options, connectionString), HoconAddMode.Prepend)
                .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
                .WithCustomSerializer("cellvit", [typeof(IClusterMessage)], system => new ClusterMessageSerializer(system, time))
                .WithRemoting(options.Host, options.Port, options.PublicHost, options.PublicPort)
                .WithClustering(new ClusterOptions { Roles = [.. options.Roles] })
                .WithActors((system, _, _) => system.ActorOf(Props.Create(() => new HandshakeActor(options.Version.Identity)), HandshakeActor.Name))
                .WithActors((system, _, _) => system.ActorOf(
                    Props.Create(() => new CoordinatorQuorumActor(options.MinCoordinators, options.Timings.QuorumGrace, time)), "coordinator-quorum"))
                // Who is created later asks for those that were created before: proxies, regions, singletons.
                .AddSingletonProxies()
                .AddRegions(options, provider.GetService<ITokenClassifierLoader>(), time)
                .AddSingletons(options, time);
            if (options.HasRole(NodeRoles.Worker))
            {
                builder.WithActors((system, registry, _) => StartWorkers(system, registry, provider.GetServices<ITileAnalyzer>(), options, time));
            }

            extend?.Invoke(builder, provider);
        });
        return services.AddHostedService(provider => new ClusterFormation(
            provider.GetRequiredService<ActorSystem>(),
            options,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<ClusterFormation>>()));
    }

    private static string? PrepareJournal(ClusterNodeOptions options)
    {
        if (!options.HasRole(NodeRoles.Coordinator))
        {
            return null;
        }

        return options.Journal is JournalLocation journal
            ? journal.Prepare()
            : throw new ConfigurationException("The coordinator cannot start.", "It has no journal.", "Name a database for it.");
    }

    private static void StartWorkers(
        ActorSystem system, IActorRegistry registry, IEnumerable<ITileAnalyzer> analyzers, ClusterNodeOptions options, TimeProvider time)
    {
        IActorRef[] workers =
        [
            .. analyzers.Select((analyzer, number) => system.ActorOf(
                WorkerProps(system, registry, analyzer, number, options, time), FormattableString.Invariant($"worker-{number}"))),
        ];
        WorkerDrain.Register(system, workers, options.Timings.Drain);
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
        if (options.HasRole(NodeRoles.Coordinator))
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
        builder = options.HasRole(NodeRoles.Coordinator)
            ? builder.WithShardRegion<SlideRunActor>("run", (system, registry, _) => id => RunProps(system, registry, id, options, time), extractor, Sharding(NodeRoles.Coordinator))
            : builder.WithShardRegionProxy<SlideRunActor>("run", NodeRoles.Coordinator, extractor);
        var slots = new MergeSlots(options.Merging.MaxConcurrentMerges);
        return options.HasRole(NodeRoles.Merger)
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
        IActorRef runs = registry.Get<SlideRunActor>();
        IActorRef operations = registry.Get<OperationsActor>();
        return Props.Create(() => new TileDispatcherActor(runs, operations, options.Dispatch, time));
    }

    private static Props RunProps(ActorSystem system, IActorRegistry registry, string runId, ClusterNodeOptions options, TimeProvider time)
    {
        IActorRef coordinator = registry.Get<CoordinatorActor>();
        IActorRef dispatcher = registry.Get<TileDispatcherActor>();
        IActorRef mergers = registry.Get<SlideMergerActor>();
        IActorRef operations = registry.Get<OperationsActor>();
        Func<int, bool>? isNodeAlive = TakesBooksAlong(options)
            ? node => Akka.Cluster.Cluster.Get(system).State.Members.Any(member => member.UniqueAddress.Uid == node)
            : null;
        return Props.Create(() => new SlideRunActor(runId, coordinator, dispatcher, mergers, operations, options.Runs, time, isNodeAlive));
    }

    private static Props MergerProps(
        IActorRegistry registry, ClusterNodeOptions options, MergeSlots slots, ITokenClassifierLoader? classifiers, TimeProvider time)
    {
        IActorRef runs = registry.Get<SlideRunActor>();
        IActorRef operations = registry.Get<OperationsActor>();
        return Props.Create(() => new SlideMergerActor(runs, operations, options.Merging, slots, classifiers, time));
    }

    /// <summary>Whether a tile that takes the process down takes down who would know it, too.</summary>
    private static bool TakesBooksAlong(ClusterNodeOptions options) => options.HasRole(NodeRoles.Coordinator) && options.HasRole(NodeRoles.Worker);

    private static Props WorkerProps(
        ActorSystem system, IActorRegistry registry, ITileAnalyzer analyzer, int number, ClusterNodeOptions options, TimeProvider time)
    {
        IActorRef dispatcher = registry.Get<TileDispatcherActor>();
        IActorRef runs = registry.Get<SlideRunActor>();
        Akka.Cluster.UniqueAddress self = Akka.Cluster.Cluster.Get(system).SelfUniqueAddress;
        string workerId = FormattableString.Invariant($"{self.Address.Host}:{self.Address.Port}-{self.Uid}-{number}");
        bool notes = TakesBooksAlong(options);
        int node = self.Uid;
        return Props.Create(() => new WorkerActor(workerId, analyzer, dispatcher, runs, options.Workers, time, notes ? new BegunRecord(workerId, node) : null));
    }
}
