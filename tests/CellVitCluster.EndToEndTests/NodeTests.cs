using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Model.Cards;
using CellVitCluster.Slides.Identity;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CellVitCluster.EndToEndTests;

/// <summary>Nodes as processes of their own, started, joined and stopped as an operator does.</summary>
public sealed class NodeTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Two_nodes_analyze_a_slide_and_leave_in_order()
    {
        string slide = _folder.File("slide.tiff");
        (await CellVit.RunAsync("synth", slide, "--size", "2000x2000", "--seed", "3")).ShouldExitWith(0);
        int port = FreePort();
        string seed = FormattableString.Invariant($"127.0.0.1:{port}");
        await using RunningNode control = RunningNode.Start(
            "--roles", "coordinator,merger", "--data", _folder.File("control"), "--port", FormattableString.Invariant($"{port}"), "--seed", seed);
        await using RunningNode worker = RunningNode.Start("--roles", "worker", "--data", _folder.File("worker"), "--port", "0", "--seed", seed);
        await control.ReadyAsync(Deadline);
        (await worker.ReadyAsync(Deadline)).ShouldContain("roles worker, members 2");

        RunStatus status = await AnalyzeAsync(Specify(slide), new SeedAddress("127.0.0.1", port));

        status.Failure.ShouldBeNull();
        StoreCheck.Run(status.Publication!.StoreDirectory).ShouldBeEmpty();
        (await worker.TerminateAsync(Deadline)).ShouldExitWith(0);
        (await control.TerminateAsync(Deadline)).ShouldExitWith(0).Output.ShouldBeEmpty();
        // Nobody but the command listens to the signal: two who end the same process race each other, and some nodes end with 134.
        string log = string.Concat(Directory.GetFiles(_folder.File("control", "logs")).Select(File.ReadAllText));
        log.ShouldContain("CoordinatedShutdown invoked");
        log.ShouldNotContain("shutdown from CLR termination hook");
    }

    [Fact]
    public async Task Node_with_a_wrong_seed_gives_up_with_a_code_for_its_supervisor()
    {
        string seed = FormattableString.Invariant($"127.0.0.1:{FreePort()}");

        Outcome outcome = await CellVit.RunAsync(
            "node", "--roles", "merger", "--data", _folder.File("data"), "--port", "0", "--seed", seed, "--join-timeout", "3");

        outcome.ShouldExitWith(5).Errors.ShouldContain($"CLU-001");
        outcome.Errors.ShouldContain(seed);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_the_settings_is_said_at_once()
    {
        string file = _folder.File("node.json");
        await File.WriteAllTextAsync(file, "{\"role\": \"worker\", \"port\": 70000, \"workers\": \"three\"}");

        Outcome outcome = (await CellVit.RunAsync(
            "node", "--config", file, "--seed", "host:x", "--seed-dns", "name", "--journal", "mysql:secret", "--workers", "99")).ShouldExitWith(2);

        foreach (string part in (string[])["'role' in", "'port' in", "70000", "--seed must be HOST:PORT", "--seed-count", "--journal", "--workers must be", "99"])
        {
            outcome.Errors.ShouldContain(part);
        }

        outcome.Errors.ShouldNotContain("three", customMessage: "the command line wins over the file");
        outcome.Errors.ShouldNotContain("secret");
    }

    public void Dispose() => _folder.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Submits a run through a node of our own that only speaks to the cluster, and waits for its end.</summary>
    private static async Task<RunStatus> AnalyzeAsync(RunSpecification run, SeedAddress seed)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddClusterNode(new ClusterNodeOptions { Roles = [NodeRoles.Api], Seeds = [seed] });
        using IHost client = builder.Build();
        await client.StartAsync();
        try
        {
            IActorRef coordinator = client.Services.GetRequiredService<IActorRegistry>().Get<CoordinatorActor>();
            await coordinator.Ask<RunAdmitted>(new SubmitRun(run, Fresh: false), Deadline);
            using var late = new CancellationTokenSource(Deadline);
            using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (true)
            {
                RunStatuses statuses = await coordinator.Ask<RunStatuses>(new GetRunStatuses([run.RunId]), Deadline);
                if (statuses.Runs.FirstOrDefault(status => status.Phase is RunPhase.Published or RunPhase.Quarantined) is RunStatus ended)
                {
                    return ended;
                }

                await poll.WaitForNextTickAsync(late.Token);
            }
        }
        finally
        {
            await client.StopAsync();
        }
    }

    private RunSpecification Specify(string slide)
    {
        ModelCard card = ModelCatalog.Installed.Resolve(null);
        return new RunSpecification
        {
            RunId = new string('7', 32),
            SlideId = SlideIdentity.Compute(slide).Value,
            SlidePath = slide,
            Name = "slide",
            StoreDirectory = _folder.File("out", "slide"),
            WorkDirectory = _folder.File("out", "work"),
            Compatibility = 0,
            ModelDigest = card.Sha256,
            ModelCard = card.ToJson(),
            TokenWidth = card.EmbeddingWidth,
            TaxonomyName = card.Taxonomy.Name,
            Classes = [.. card.Taxonomy.Classes.Select(ClassMessage.From)],
        };
    }
}
