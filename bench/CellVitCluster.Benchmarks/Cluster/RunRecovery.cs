using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Merging;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>
/// How long a run of 50,000 tiles takes from its start as an actor to its first answer: journal read, state folded. With the snapshots it has
/// by default and without any, on a node that has just started and again on the same node.
/// </summary>
internal static class RunRecovery
{
    private const int Columns = 250;
    private const int Rows = 200;
    private const int Tiles = Columns * Rows;

    public static async Task RunAsync(string folder)
    {
        Console.WriteLine("run of 50,000 tiles   journal       first s   again s   (target 1 s)");
        await using var postgres = new PostgresDatabase();
        foreach ((string name, JournalLocation journal) in ((string, JournalLocation)[])[
            ("SQLite", JournalLocation.Sqlite(Path.Combine(folder, "journal.db"))), ("PostgreSQL", JournalLocation.Parse(postgres.Journal))])
        {
            int number = 0;
            foreach ((string kind, int snapshotEvery) in ((string, int)[])[("snapshots", new SlideRunOptions().SnapshotEvery), ("events only", int.MaxValue)])
            {
                RunSpecification run = InventedRun.Specification(++number, folder);
                int events = await FillAsync(journal, run, new SlideRunOptions { SnapshotEvery = snapshotEvery });
                (double first, double again) = await RecoverAsync(journal, run);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{kind,-21} {name,-10} {first,10:0.00} {again,9:0.00}   {events:N0} tiles settled"));
            }
        }
    }

    private static ClusterNodeOptions Options(JournalLocation journal, SlideRunOptions runs) => new()
    {
        Journal = journal,
        Roles = [NodeRoles.Coordinator],
        Runs = runs,
        Admission = new AdmissionOptions { ResumeUnfinished = false },
    };

    private static async Task<int> FillAsync(JournalLocation journal, RunSpecification run, SlideRunOptions options)
    {
        (SlideMessage slide, PlanMessage plan) = InventedRun.Survey(Columns, Rows);
        await using BenchNode node = await BenchNode.StartAsync(Options(journal, options));
        node.StartInstantWorkers(16, slide, plan, unfinished: Tiles - 1);
        await node.SubmitAsync(run);
        int done;
        do
        {
            await Task.Delay(200);
            done = (await node.StatusesAsync([run.RunId]))[0].Progress?.TilesDone ?? 0;
        }
        while (done < Tiles - 1);
        return done;
    }

    private static async Task<(double First, double Again)> RecoverAsync(JournalLocation journal, RunSpecification run)
    {
        await using BenchNode node = await BenchNode.StartAsync(Options(journal, new SlideRunOptions()));

        // Its journal's plugin is up, but no run has been recovered in this process.
        await node.StatusesAsync([run.RunId]);
        return (await RecoverAsync(node, run), await RecoverAsync(node, run));
    }

    private static async Task<double> RecoverAsync(BenchNode node, RunSpecification run)
    {
        IActorRef nobody = node.System.DeadLetters;
        string runId = run.RunId;
        long start = Stopwatch.GetTimestamp();
        IActorRef actor = node.System.ActorOf(
            Props.Create(() => new SlideRunActor(runId, nobody, nobody, nobody, nobody, new SlideRunOptions(), TimeProvider.System, null)));
        SettledTiles page = await actor.Ask<SettledTiles>(new GetSettledTiles(runId, Tiles - 2), TimeSpan.FromMinutes(2));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (page.Tiles.Count != 1)
        {
            throw new InvalidOperationException("Not every settled tile was recovered.");
        }

        await actor.GracefulStop(TimeSpan.FromSeconds(30));
        return seconds;
    }
}
