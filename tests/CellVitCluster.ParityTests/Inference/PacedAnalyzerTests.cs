using System.Collections;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CellVitCluster.Inference.Paced;
using CellVitCluster.Model.Cards;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ParityTests.Inference;

public sealed class PacedAnalyzerTests
{
    private static readonly PacedModel Instant = new() { TimePerTile = TimeSpan.Zero, TokenWidth = 4 };

    /// <summary>Whole plans, plans with holes, and slides that end inside a tile; scanners with bounds and other resolutions.</summary>
    [Theory]
    [InlineData(100, 1)]
    [InlineData(24, 2)]
    [InlineData(37, 3)]
    [InlineData(64, 4)]
    public async Task Merged_cells_of_all_planned_tiles_are_the_truth(int pitch, int seed)
    {
        PacedModel model = Instant with { Pitch = pitch };
        var random = new Random(seed);
        TilePlan plan = Plan(random, share: seed == 1 ? 1 : 0.7);
        var truth = PacedTruth.Of(model, plan);
        TileId[] tiles = [.. plan.Tiles];
        random.Shuffle(tiles);

        await using var analyzer = new PacedAnalyzer(model, TimeProvider.System);
        var merger = new SeamMerger(plan);
        var cells = new List<SlideCell>();
        foreach (TileId tile in tiles)
        {
            cells.AddRange(merger.Add((await analyzer.AnalyzeAsync(Task(plan, tile), CancellationToken.None)).Cells));
        }

        cells.AddRange(merger.Complete());
        cells.Count.ShouldBe(truth.Count);
        var found = cells.Select(c => (Math.Round(c.Centroid.X, 6), Math.Round(c.Centroid.Y, 6))).ToHashSet();
        found.Count.ShouldBe(cells.Count, "no cell twice");
        truth.Whole.Where(p => !found.Contains((Math.Round(p.X, 6), Math.Round(p.Y, 6)))).ShouldBeEmpty();
        truth.Count.ShouldBeGreaterThan(100);
        (seed == 1 ? truth.Cut == 0 : truth.Cut > 0).ShouldBeTrue();
    }

    [Fact]
    public async Task Tiles_agree_about_class_and_embedding_of_the_nuclei_both_see()
    {
        TilePlan plan = Plan(new Random(5), share: 1);
        await using var analyzer = new PacedAnalyzer(Instant with { TokenWidth = 1280 }, TimeProvider.System);
        TileCells left = (await analyzer.AnalyzeAsync(Task(plan, new TileId(0, 0)), CancellationToken.None)).Cells;
        TileCells right = (await analyzer.AnalyzeAsync(Task(plan, new TileId(0, 1)), CancellationToken.None)).Cells;

        var seen = left.Cells.Index().Where(c => c.Item.Box.X >= TileGrid.Stride).ToDictionary(
            c => (c.Item.Box.X - TileGrid.Stride, c.Item.Box.Y, c.Item.Box.Width), c => c.Index);
        int both = 0;
        foreach ((int index, TileCell cell) in right.Cells.Index())
        {
            if (seen.TryGetValue((cell.Box.X, cell.Box.Y, cell.Box.Width), out int other))
            {
                both++;
                cell.Class.ShouldBe(left.Cells[other].Class);
                right.TokenOf(index).Span.SequenceEqual(left.TokenOf(other).Span).ShouldBeTrue();
            }
        }

        both.ShouldBeGreaterThan(3);
        left.Cells.Select(c => c.Class).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task Device_takes_one_tile_after_the_other_whatever_the_timers_do()
    {
        var clock = new SteppedClock();
        await using var analyzer = new PacedAnalyzer(Instant with { TimePerTile = TimeSpan.FromSeconds(2) }, clock);
        TilePlan plan = Plan(new Random(6), share: 1);
        Task<TileAnalysis>[] tiles = [.. plan.Tiles.Take(3).Select(tile => analyzer.AnalyzeAsync(Task(plan, tile), CancellationToken.None))];

        clock.Timers.ShouldBe([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)]);
        clock.Advance(TimeSpan.FromSeconds(4));
        await tiles[1];
        tiles[2].IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(2));
        await System.Threading.Tasks.Task.WhenAll(tiles);

        analyzer.Use.ShouldBe(new DeviceUse(6, 6));
    }

    [Fact]
    public void Speed_does_not_change_the_digest_and_what_decides_the_cells_does()
    {
        (Instant with { TimePerTile = TimeSpan.FromSeconds(1) }).Digest.ShouldBe(Instant.Digest);
        (Instant with { Pitch = 50 }).Digest.ShouldNotBe(Instant.Digest);
        (Instant with { TokenWidth = 5 }).Digest.ShouldNotBe(Instant.Digest);
    }

    [Fact]
    public void Card_is_usable_like_that_of_a_real_model()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("paced.json"), Instant.Card.ToJson());

        ModelCard.Load(folder.File("paced.json")).Sha256.ShouldBe(Instant.Digest);
    }

    [Theory]
    [InlineData("20", 20, 100)]
    [InlineData("2.5,32", 2.5, 32)]
    public void Model_is_read_from_the_command_line(string text, double milliseconds, int pitch)
    {
        var model = PacedModel.Parse(text);

        model.TimePerTile.TotalMilliseconds.ShouldBe(milliseconds);
        model.Pitch.ShouldBe(pitch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("20,10")]
    [InlineData("20,100,3")]
    public void Nonsense_on_the_command_line_is_refused(string text) => Should.Throw<ConfigurationException>(() => PacedModel.Parse(text));

    private static TileTask Task(TilePlan plan, TileId tile) => new(new SlideSource("/nowhere.tiff", null, null), plan.Grid, tile, CompatibilityMode.Default);

    private static TilePlan Plan(Random random, double share)
    {
        const int columns = 4, rows = 3;
        var grid = new TileGrid
        {
            BaseMpp = new Mpp(0.5),
            ActiveArea = new SlideRect(40, 24, 1700, 1300),
            Downsample = 1,
            RescaleSixteenths = 8,
            SourceWidth = 1700,
            SourceHeight = 1300,
            Columns = columns,
            Rows = rows,
        };
        var selected = new BitArray([.. Enumerable.Range(0, columns * rows).Select(_ => random.NextDouble() < share)]);
        return new TilePlan(grid, selected);
    }
}
