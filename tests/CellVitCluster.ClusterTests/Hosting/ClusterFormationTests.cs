using System.Net;
using System.Net.Sockets;
using Akka.Util;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>Several nodes in one process, joined over loopback as on many machines.</summary>
public sealed class ClusterFormationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Nodes_of_one_role_each_analyze_a_slide_together()
    {
        await using TestNode coordinator = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Coordinator] });
        await using TestNode merger = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Merger], Joins = coordinator });
        await using TestNode worker = await TestNode.StartAsync(
            new TestNodeOptions(_folder) { Roles = [NodeRoles.Worker], Joins = coordinator, Analyzers = [new LatticeAnalyzer()] });
        await using TestNode client = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Api], Joins = coordinator });
        await client.WaitForMembersAsync(4);
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");

        await client.SubmitAsync(run);

        (await client.FinishAsync(run)).Publication!.Cells.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Slide_is_finished_by_others_when_a_worker_crashes()
    {
        await using TestNode coordinator = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Coordinator, NodeRoles.Merger] });
        var stuck = new LatticeAnalyzer { Gate = tile => tile <= 1 ? Task.CompletedTask : new TaskCompletionSource().Task };
        await using TestNode doomed = await TestNode.StartAsync(
            new TestNodeOptions(_folder) { Roles = [NodeRoles.Worker], Joins = coordinator, Analyzers = [stuck] });
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        await coordinator.SubmitAsync(run);
        await coordinator.WaitAsync(run, status => status.Progress?.TilesDone == 1);

        await doomed.CrashAsync();
        await using TestNode heir = await TestNode.StartAsync(
            new TestNodeOptions(_folder) { Roles = [NodeRoles.Worker], Joins = coordinator, Analyzers = [new LatticeAnalyzer()] });

        (await coordinator.FinishAsync(run)).Publication!.TilesFailed.ShouldBe(0);
    }

    [Fact]
    public async Task Node_of_another_wire_protocol_is_refused_and_both_logs_say_why()
    {
        await using TestNode seed = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Coordinator] });
        await seed.WaitForMembersAsync(1);
        await using TestNode stranger = await TestNode.StartAsync(new TestNodeOptions(_folder)
        {
            Roles = [NodeRoles.Worker],
            Joins = seed,
            Adjust = options => options with { Version = new NodeVersion("9.0.0", "ffffffff", NodeVersion.WireProtocol + 1) },
        });

        ClusterException refusal = (await stranger.EndAsync()).ShouldNotBeNull();

        refusal.Code.ShouldBe(ErrorCode.ClusterRefused);
        refusal.Message.ShouldContain("wire protocol is 1 (version 0.1.0), here it is 2 (version 9.0.0)");
        stranger.Log.Lines.ShouldContain(line => line.Contains("wire protocol is 1", StringComparison.Ordinal));
        seed.Log.Lines.ShouldContain(line => line.Contains("is refused: its wire protocol is 2 (version 9.0.0)", StringComparison.Ordinal));
        seed.Cluster.State.Members.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_build_of_the_same_protocol_joins_and_shows_itself()
    {
        await using TestNode seed = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Coordinator] });
        await using TestNode newer = await TestNode.StartAsync(new TestNodeOptions(_folder)
        {
            Roles = [NodeRoles.Worker],
            Joins = seed,
            Adjust = options => options with { Version = new NodeVersion("9.0.0-rc.1", "ffffffff", NodeVersion.WireProtocol) },
        });

        await seed.WaitForMembersAsync(2);

        seed.Cluster.State.Members.Select(member => member.AppVersion.Version)
            .ShouldBe([NodeVersion.Current.AppVersion, "9.0.0-rc-1+ffffffff"], ignoreOrder: true);
    }

    [Fact]
    public async Task Node_whose_seeds_do_not_answer_gives_up_with_their_names()
    {
        await using TestNode lost = await TestNode.StartAsync(new TestNodeOptions(_folder)
        {
            Roles = [NodeRoles.Worker],
            Adjust = options => options with { Seeds = [new SeedAddress("127.0.0.1", 9)], Timings = options.Timings with { Join = TimeSpan.FromSeconds(2) } },
        });

        ClusterException departure = (await lost.EndAsync()).ShouldNotBeNull();

        departure.Code.ShouldBe(ErrorCode.ClusterUnreachable);
        departure.Why.ShouldContain("127.0.0.1:9");
    }

    [Fact]
    public async Task Lone_coordinator_waits_for_the_second_one_and_then_gives_up()
    {
        await using TestNode lone = await TestNode.StartAsync(new TestNodeOptions(_folder)
        {
            Roles = [NodeRoles.Coordinator],
            Adjust = options => options with { MinCoordinators = 2, Timings = options.Timings with { Join = TimeSpan.FromSeconds(4) } },
        });

        (await lone.EndAsync()).ShouldNotBeNull().Why.ShouldContain("fewer than 2 coordinators");
    }

    [Fact]
    public async Task Coordinator_that_is_left_alone_ends_itself_instead_of_going_on_as_a_cluster_of_its_own()
    {
        ClusterNodeOptions Two(ClusterNodeOptions options) =>
            options with { MinCoordinators = 2, Timings = options.Timings with { QuorumGrace = TimeSpan.FromSeconds(2) } };
        await using TestNode first = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Coordinator], Adjust = Two });
        await using TestNode second = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Coordinator], Joins = first, Adjust = Two });
        await first.WaitForMembersAsync(2);

        await second.StopAsync();

        ClusterException departure = (await first.EndAsync()).ShouldNotBeNull();
        departure.Code.ShouldBe(ErrorCode.ClusterLost);
        departure.Why.ShouldContain("fewer than 2 coordinators for 2 s");
        (await second.EndAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Worker_whose_coordinator_has_left_ends_itself_because_the_next_one_founds_another_cluster()
    {
        await using TestNode coordinator = await TestNode.StartAsync(new TestNodeOptions(_folder) { Roles = [NodeRoles.Coordinator] });
        await using TestNode worker = await TestNode.StartAsync(new TestNodeOptions(_folder)
        {
            Roles = [NodeRoles.Worker],
            Joins = coordinator,
            Analyzers = [new LatticeAnalyzer()],
            Adjust = options => options with { Timings = options.Timings with { QuorumGrace = TimeSpan.FromSeconds(2) } },
        });
        await worker.WaitForMembersAsync(2);

        await coordinator.StopAsync();

        (await worker.EndAsync()).ShouldNotBeNull().Code.ShouldBe(ErrorCode.ClusterLost);
    }

    [Fact]
    public async Task Node_that_is_stopped_in_order_has_no_complaint()
    {
        TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer());
        await node.WaitForMembersAsync(1);

        await node.StopAsync();

        (await node.EndAsync()).ShouldBeNull();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Seeds_behind_a_name_are_taken_when_all_of_them_are_there_and_stand_still()
    {
        IPAddress[] all = [IPAddress.Parse("10.0.0.10"), IPAddress.Parse("10.0.0.9"), IPAddress.Parse("10.0.0.11"), IPAddress.IPv6Loopback];
        var looks = new Queue<Func<IPAddress[]>>(
        [
            () => throw new SocketException((int)SocketError.HostNotFound),
            () => all[..1],
            () => all[..3],
            () => [.. all[..2], IPAddress.Parse("10.0.0.12")],
            () => all,
            () => [.. all.Reverse()],
        ]);
        var discovery = new SeedDiscovery((_, _) => Task.FromResult(looks.Dequeue()()), new HastyTime());

        IReadOnlyList<SeedAddress> seeds = await discovery.FindAsync(new SeedDns("coordinators", 4053, 3), CancellationToken.None);

        seeds.Select(seed => seed.ToString()).ShouldBe(["10.0.0.9:4053", "10.0.0.10:4053", "10.0.0.11:4053"]);
        looks.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("host", "host:4053")]
    [InlineData("10.1.2.3:5000", "10.1.2.3:5000")]
    [InlineData("[::1]:5000", "::1:5000")]
    [InlineData("host:0", null)]
    [InlineData("host:65536", null)]
    [InlineData("host:x", null)]
    [InlineData("", null)]
    [InlineData("a b:1", null)]
    public void Seed_address_is_host_and_port(string text, string? expected) => SeedAddress.TryParse(text)?.ToString().ShouldBe(expected);

    [Theory]
    [InlineData("1.2.3", "1.2.3+0a1b2c3d")]
    [InlineData("1.2.3-rc.1", "1.2.3-rc-1+0a1b2c3d")]
    [InlineData("1.2.3+build.7", "1.2.3+build-7+0a1b2c3d")]
    public void Version_is_in_the_form_that_the_cluster_compares(string number, string expected)
    {
        var version = new NodeVersion(number, "0a1b2c3d", 1);

        version.AppVersion.ShouldBe(expected);
        AppVersion.Create(version.AppVersion).CompareTo(AppVersion.Create("1.2.2+ffffffff")).ShouldBePositive();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A clock whose timers do not wait.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }
}
