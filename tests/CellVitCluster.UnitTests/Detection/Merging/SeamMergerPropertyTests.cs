using System.Globalization;
using System.Runtime.InteropServices;
using CellVitCluster.Detection.Compat;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Tiles;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Merging;

public sealed class SeamMergerPropertyTests
{
    private const double SquareMicronsPerPixel = 0.25 * 0.25;
    private const int Width = 2500;
    private const int Height = 1700;

    [Fact]
    public void Perfectly_seen_nuclei_are_found_exactly_once_and_whole() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[8, 130]).Sample(
            (seed, largest) =>
            {
                List<Ellipse> nuclei = SlideScene.Scatter(new Random(seed), Width, Height, 250, largest);
                var scene = new SlideScene(Width, Height, nuclei);
                var merger = new SeamMerger(scene.FullPlan);
                List<SlideCell> cells = [.. scene.FullPlan.Tiles.SelectMany(tile => merger.Add(scene.See(tile))), .. merger.Complete()];

                cells.Select(cell => (int)Math.Round(cell.AreaSquareMicrons / SquareMicronsPerPixel)).Order()
                    .ShouldBe(nuclei.Select(scene.AreaOf).Order());
                cells.ShouldAllBe(cell => !cell.Flags.HasFlag(CellFlags.CutByTileBorder));
            },
            iter: 10);

    [Fact]
    public void Order_repetition_and_grouping_of_the_tiles_change_nothing() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                (TilePlan plan, List<TileCells> tiles, List<TileId> failed) = DisagreeingViews(seed);
                string[] expected = Sorted(Report(plan, tiles, failed, new Random(0)));
                for (int order = 1; order <= 6; order++)
                {
                    Sorted(Report(plan, tiles, failed, new Random(order))).ShouldBe(expected);
                }
            },
            iter: 12);

    [Fact]
    public void A_merger_that_starts_over_finds_the_same_cells() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue]).Sample(
            (seed, order) =>
            {
                (TilePlan plan, List<TileCells> tiles, List<TileId> failed) = DisagreeingViews(seed);
                string[] expected = Sorted(Report(plan, tiles, failed, new Random(0)));
                var random = new Random(order);
                for (int start = 0; start < 3; start++)
                {
                    // What an earlier merger was told, or gave out, means nothing to the next one.
                    var abandoned = new SeamMerger(plan);
                    random.GetItems(CollectionsMarshal.AsSpan(tiles), tiles.Count / 2).ToList().ForEach(tile => abandoned.Add(tile));

                    Sorted(Report(plan, tiles, failed, random)).ShouldBe(expected);
                }
            },
            iter: 6);

    [Fact]
    public void Of_contradicting_reports_the_first_counts_and_the_others_give_nothing() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue]).Sample(
            (seed, order) =>
            {
                (TilePlan plan, List<TileCells> tiles, List<TileId> failed) = DisagreeingViews(seed);
                string[] expected = Sorted(Report(plan, tiles, failed, new Random(0)));
                var random = new Random(order);
                Dictionary<TileId, TileCells> seen = tiles.ToDictionary(tile => tile.Tile);
                TileId[] reports = [.. plan.Tiles, .. plan.Tiles, .. plan.Tiles];
                random.Shuffle(reports);
                var merger = new SeamMerger(plan);
                var reported = new HashSet<TileId>();
                var cells = new List<SlideCell>();
                foreach (TileId tile in reports)
                {
                    bool first = reported.Add(tile);
                    bool add = first ? seen.ContainsKey(tile) : random.Next(2) == 0;
                    IReadOnlyList<SlideCell> final = add ? merger.Add(seen.GetValueOrDefault(tile) ?? Late(tile, tiles[0])) : merger.Skip(tile);
                    (first || final.Count == 0).ShouldBeTrue();
                    cells.AddRange(final);
                }

                merger.Complete().ShouldBeEmpty();
                Sorted(cells).ShouldBe(expected);
            },
            iter: 6);

    [Fact]
    public void Unreported_tiles_count_as_failed() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                (TilePlan plan, List<TileCells> tiles, List<TileId> failed) = DisagreeingViews(seed);
                var merger = new SeamMerger(plan);
                List<SlideCell> cells = [.. tiles.SelectMany(merger.Add), .. merger.Complete()];

                Sorted(cells).ShouldBe(Sorted(Report(plan, tiles, failed, new Random(1))));
                merger.OpenCells.ShouldBe(0);
            },
            iter: 6);

    [Fact]
    public void Kept_cells_never_show_the_same_nucleus_twice() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                (TilePlan plan, List<TileCells> tiles, List<TileId> failed) = DisagreeingViews(seed);
                List<SlideCell> cells = Report(plan, tiles, failed, new Random(3));

                // Nuclei keep a distance of three pixels from each other, and views differ by less. Whether a cell holds its own centroid is
                // another matter: what is known of a nucleus beside a failed tile can be L-shaped.
                foreach (SlideCell cell in cells)
                {
                    cells.ShouldNotContain(other => other != cell && other.Outline.Contains(cell.Centroid));
                }
            },
            iter: 6);

    [Fact]
    public void The_published_merger_restores_the_order_of_the_tiles() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                (TilePlan plan, List<TileCells> tiles, _) = DisagreeingViews(seed);
                var forward = new ReferenceSlideMerger(plan);
                var backward = new ReferenceSlideMerger(plan);
                foreach (TileCells tile in tiles)
                {
                    forward.Add(tile).ShouldBeEmpty();
                }

                foreach (TileCells tile in Enumerable.Reverse(tiles))
                {
                    backward.Add(tile);
                    backward.Add(tile);
                }

                forward.Complete().Select(Describe).ShouldBe(backward.Complete().Select(Describe));
            },
            iter: 4);

    /// <summary>Tiles that see each nucleus a little differently or not at all; some tiles are not planned, some failed.</summary>
    private static (TilePlan Plan, List<TileCells> Tiles, List<TileId> Failed) DisagreeingViews(int seed)
    {
        var random = new Random(seed);
        var scene = new SlideScene(Width, Height, SlideScene.Scatter(random, Width, Height, 250, 60));
        HashSet<TileId> unplanned = [scene.Grid.TileAt(random.Next(scene.Grid.TileCount))];
        TilePlan plan = scene.Plan(tile => !unplanned.Contains(tile));
        TileId failed = plan.Tiles.ElementAt(random.Next(plan.Count));
        List<TileCells> tiles = [];
        foreach (TileId tile in plan.Tiles.Where(tile => tile != failed))
        {
            var noise = new Random(seed ^ (tile.GetHashCode() * 7919));
            tiles.Add(scene.See(
                tile,
                i => noise.Next(12) == 0 ? null : scene.Nuclei[i] with { A = scene.Nuclei[i].A + noise.NextDouble(), X = scene.Nuclei[i].X + noise.NextDouble() }));
        }

        return (plan, tiles, [failed]);
    }

    /// <summary>Cells that come for a tile after it was given up.</summary>
    private static TileCells Late(TileId tile, TileCells like) => new(tile, like.Cells, like.TokenWidth, like.Tokens);

    private static List<SlideCell> Report(TilePlan plan, List<TileCells> tiles, List<TileId> failed, Random order)
    {
        List<Action<SeamMerger, List<SlideCell>>> reports =
        [
            .. tiles.Select<TileCells, Action<SeamMerger, List<SlideCell>>>(tile => (merger, cells) => cells.AddRange(merger.Add(tile))),
            .. failed.Select<TileId, Action<SeamMerger, List<SlideCell>>>(tile => (merger, cells) => cells.AddRange(merger.Skip(tile))),
        ];
        reports.AddRange([.. reports.Where(_ => order.Next(2) == 0)]);
        order.Shuffle(CollectionsMarshal.AsSpan(reports));
        var result = new List<SlideCell>();
        var merger = new SeamMerger(plan);
        reports.ForEach(report => report(merger, result));
        result.AddRange(merger.Complete());
        return result;
    }

    private static string[] Sorted(IEnumerable<SlideCell> cells) => [.. cells.Select(Describe).Order(StringComparer.Ordinal)];

    private static string Describe(SlideCell cell) => string.Create(
        CultureInfo.InvariantCulture,
        $"{cell.Centroid} {cell.Flags} {cell.Class} {cell.ClassShare:R} {cell.AreaSquareMicrons:R} {cell.PerimeterMicrons:R} {cell.Circularity:R} {cell.OrientationDegrees:R} {cell.BorderDistanceMicrons:R} ")
        + $"{string.Join(',', cell.Outline.ToArray())} {string.Join(',', cell.Token.ToArray())}";
}
