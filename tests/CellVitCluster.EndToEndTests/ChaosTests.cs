using CellVitCluster.TestSupport;
using CellVitCluster.TestSupport.Chaos;
using Xunit.Abstractions;

namespace CellVitCluster.EndToEndTests;

/// <summary>The short forms of <c>bench/run chaos</c>: real processes, one fault of each kind; and every node restarted in order.</summary>
public sealed class ChaosTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Whatever_goes_wrong_the_cells_are_those_of_an_undisturbed_run()
    {
        await using var database = new PostgresDatabase();

        ChaosReport report = await new ChaosRun(
            Options(database) with { Faults = 8 },
            output.WriteLine).RunAsync();

        output.WriteLine(report.ToString());
        report.Violations.ShouldBeEmpty(report.ToString());
        report.Cells.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Restart_of_every_node_in_order_repeats_no_tile()
    {
        var database = new SqliteDatabase(_folder.File("journal.db"));

        ChaosReport report = await new ChaosRun(
            Options(database) with { RollingRestart = true, ReadPixels = false },
            output.WriteLine).RunAsync();

        output.WriteLine(report.ToString());
        report.Violations.ShouldBeEmpty(report.ToString());
        report.Starts.ShouldBe(12, "six nodes, each started twice");
    }

    public void Dispose() => _folder.Dispose();

    private ChaosOptions Options(IClusterDatabase database) => new()
    {
        Folder = _folder.Path,
        Seed = 6,
        Faults = 0,
        Database = database,
        Mergers = 1,
        Workers = 2,
        Slides = 2,
        Side = 5_000,
        TileMilliseconds = 600,
    };
}
