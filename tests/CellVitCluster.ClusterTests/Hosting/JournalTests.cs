using System.Security.Cryptography;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;
using Microsoft.Data.Sqlite;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>What a node finds in its journal when it comes back: the same on every database.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<JournalKind> Kinds => Journals.All;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Crashed_run_goes_on_from_durable_tiles_and_ends_with_the_same_bytes(JournalKind journal)
    {
        using var undisturbed = new TemporaryFolder();
        byte[] expected;
        await using (TestNode node = await StartAsync(undisturbed, journal, new LatticeAnalyzer()))
        {
            RunSpecification reference = await TestNode.MakeRunAsync(undisturbed, "slide");
            await node.SubmitAsync(reference);
            await node.FinishAsync(reference);
            expected = Digest(reference);
        }

        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        var stuck = new LatticeAnalyzer { Gate = tile => tile <= 4 ? Task.CompletedTask : new TaskCompletionSource().Task };
        await using (TestNode node = await StartAsync(_folder, journal, stuck))
        {
            await node.SubmitAsync(run);
            await node.WaitAsync(run, status => status.Progress?.TilesDone == 4);
            await node.CrashAsync();
        }

        var analyzer = new LatticeAnalyzer();
        await using (TestNode node = await StartAsync(_folder, journal, analyzer))
        {
            RunStatus status = await node.FinishAsync(run);

            status.Publication.ShouldNotBeNull();
            analyzer.Calls.ShouldBe(status.Progress?.Tiles - 4 ?? analyzer.Calls);
            Digest(run).ShouldBe(expected);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Deleted_store_is_built_again_when_the_run_is_submitted_again(JournalKind journal)
    {
        await using TestNode node = await StartAsync(_folder, journal, new LatticeAnalyzer());
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        await node.SubmitAsync(run);
        await node.FinishAsync(run);
        byte[] before = Digest(run);
        Directory.Delete(run.StoreDirectory, recursive: true);

        await node.SubmitAsync(run);
        await node.FinishAsync(run);

        Digest(run).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Finished_run_that_is_submitted_again_computes_nothing(JournalKind journal)
    {
        var analyzer = new LatticeAnalyzer();
        await using TestNode node = await StartAsync(_folder, journal, analyzer);
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        await node.SubmitAsync(run);
        await node.FinishAsync(run);
        int calls = analyzer.Calls;

        await node.SubmitAsync(run);
        (await node.FinishAsync(run)).Publication.ShouldNotBeNull();

        analyzer.Calls.ShouldBe(calls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Halves_of_a_split_cluster_that_share_a_journal_end_with_the_same_bytes(JournalKind journal)
    {
        using var undisturbed = new TemporaryFolder();
        RunSpecification reference = await TestNode.MakeRunAsync(undisturbed, "slide");
        await using (TestNode node = await StartAsync(undisturbed, journal, new LatticeAnalyzer()))
        {
            await node.SubmitAsync(reference);
            await node.FinishAsync(reference);
        }

        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        var split = new TaskCompletionSource();
        await using TestNode left = await StartAsync(_folder, journal, new LatticeAnalyzer { Gate = tile => tile <= 2 ? Task.CompletedTask : split.Task });
        await left.SubmitAsync(run);
        await left.WaitAsync(run, status => status.Progress?.TilesDone == 2);

        // Neither knows of the other: both have read the same facts, and take themselves for the only ones who write.
        await using TestNode right = await StartAsync(_folder, journal, new LatticeAnalyzer { Gate = _ => split.Task });
        await right.SubmitAsync(run);
        await right.WaitAsync(run, status => status.Progress?.TilesDone == 2);
        split.SetResult();
        RunStatus[] ends = await Task.WhenAll(left.FinishAsync(run), right.FinishAsync(run));

        ends.ShouldAllBe(end => end.Publication != null);
        Digest(run).ShouldBe(Digest(reference));
        StoreCheck.Run(run.StoreDirectory).ShouldBeEmpty();
        left.Log.Lines.Concat(right.Log.Lines).ShouldContain(line => line.Contains("Failed to persist event type", StringComparison.Ordinal));
        await TestNode.GoneAsync(run.WorkDirectory);
    }

    [Fact]
    public async Task Run_survives_an_outage_of_its_database()
    {
        using var server = new PostgreSqlServer();
        JournalLocation journal = JournalLocation.PostgreSql(server.CreateDatabase("outage"));
        var outage = new TaskCompletionSource();
        var analyzer = new LatticeAnalyzer { Gate = tile => tile <= 2 ? Task.CompletedTask : outage.Task };
        await using TestNode node = await TestNode.StartAsync(new TestNodeOptions(_folder)
        {
            Analyzers = [analyzer],
            Adjust = options => options with { Journal = journal, Timings = options.Timings with { JournalReset = TimeSpan.FromSeconds(1) } },
        });
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        await node.SubmitAsync(run);
        await node.WaitAsync(run, status => status.Progress?.TilesDone == 2);

        server.Stop();
        outage.SetResult();
        await node.WaitForLogAsync(line => line.Contains("The journal failed run", StringComparison.Ordinal));
        server.Start();

        (await node.FinishAsync(run)).Publication!.TilesFailed.ShouldBe(0);
    }

    [Fact]
    public async Task Fact_of_a_newer_version_stops_the_recovery_instead_of_being_skipped()
    {
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");
        await using (TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer()))
        {
            await node.SubmitAsync(run);
            await node.FinishAsync(run);
        }

        await using (var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")}"))
        {
            await connection.OpenAsync();
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE journal SET manifest = 'zz' WHERE persistence_id = 'coordinator'";
            (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
        }

        await using TestNode later = await TestNode.StartAsync(_folder, new LatticeAnalyzer());

        (await later.WaitForLogAsync(line => line.Contains("'coordinator' cannot be read", StringComparison.Ordinal))).ShouldContain("newer version");
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=cellvit;Password=open-sesame;Timeout=2")]
    [InlineData("Host=no-such-host.invalid;Username=cellvit;Password=open-sesame;Timeout=2")]
    public void Database_that_cannot_be_reached_is_named_without_its_password(string connection)
    {
        JournalLocation journal = JournalLocation.PostgreSql(connection);

        StoreException error = Should.Throw<StoreException>(journal.Prepare);

        error.Code.ShouldBe(ErrorCode.JournalUnavailable);
        error.Message.ShouldContain("user 'cellvit'");
        error.ToString().ShouldNotContain("sesame");
        journal.ToString().ShouldNotContain("sesame");
    }

    [Theory]
    [InlineData("postgresql:Password=open-sesame;Hots=x")]
    [InlineData("postgresql:Password=open-sesame")]
    [InlineData("mysql:open-sesame")]
    [InlineData("sqlite:")]
    public void Journal_that_is_none_is_refused_without_repeating_it(string text) =>
        Should.Throw<ConfigurationException>(() => JournalLocation.Parse(text)).Message.ShouldNotContain("sesame");

    [Fact]
    public async Task Journal_path_may_hold_any_character()
    {
        string path = _folder.File("a \"b\" \\c $d {e} #f.db");
        await using TestNode node = await TestNode.StartAsync(new TestNodeOptions(_folder)
        {
            Analyzers = [new LatticeAnalyzer()],
            Adjust = options => options with { Journal = JournalLocation.Sqlite(path) },
        });
        RunSpecification run = await TestNode.MakeRunAsync(_folder, "slide");

        await node.SubmitAsync(run);

        new FileInfo(path).Exists.ShouldBeTrue();
    }

    public void Dispose() => _folder.Dispose();

    private static Task<TestNode> StartAsync(TemporaryFolder folder, JournalKind journal, params ITileAnalyzer[] analyzers) =>
        TestNode.StartAsync(new TestNodeOptions(folder) { Journal = journal, Analyzers = analyzers });

    private static byte[] Digest(RunSpecification run) =>
    [
        .. SHA256.HashData(File.ReadAllBytes(Path.Combine(run.StoreDirectory, "cells.parquet"))),
        .. SHA256.HashData(File.ReadAllBytes(Path.Combine(run.StoreDirectory, "tokens.npy"))),
    ];
}
