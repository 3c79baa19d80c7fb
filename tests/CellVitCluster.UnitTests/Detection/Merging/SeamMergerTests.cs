using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.UnitTests.Detection.Merging;

public sealed class SeamMergerTests
{
    private const double SquareMicronsPerPixel = 0.25 * 0.25;

    [Fact]
    public void A_nucleus_inside_one_tile_is_final_at_once()
    {
        var scene = new SlideScene(3000, 2000, [new(500, 500, 12, 9)]);
        var merger = new SeamMerger(scene.FullPlan);

        SlideCell cell = merger.Add(scene.See(new TileId(0, 0))).ShouldHaveSingleItem();

        cell.Flags.ShouldBe(CellFlags.None);
        cell.Centroid.X.ShouldBe(100 + 250, 0.01);
        cell.Centroid.Y.ShouldBe(40 + 250, 0.01);
        cell.AreaSquareMicrons.ShouldBe(scene.AreaOf(scene.Nuclei[0]) * SquareMicronsPerPixel, 1e-9);
        cell.Token.Span[0].ShouldBe((Half)scene.AreaOf(scene.Nuclei[0]));
        cell.PerimeterMicrons.ShouldBe(cell.Outline.Perimeter * 0.5, 1e-4);
        cell.BorderDistanceMicrons.ShouldBe((992 - 512) * 0.25);
        merger.OpenCells.ShouldBe(0);
    }

    [Fact]
    public void The_distance_to_the_border_is_that_of_the_view_that_was_kept_and_unknown_in_a_tile_without_neighbors()
    {
        var scene = new SlideScene(3000, 900, [new(970, 500, 12, 9)]);
        Merge(scene, scene.FullPlan).ShouldHaveSingleItem().BorderDistanceMicrons.ShouldBe((958 - 928) * 0.25);

        var single = new SlideScene(900, 900, [new(500, 500, 12, 9)]);
        Merge(single, single.FullPlan).ShouldHaveSingleItem().BorderDistanceMicrons.ShouldBeNull();
    }

    [Fact]
    public void Results_of_an_earlier_version_without_shapes_are_measured_when_merged()
    {
        var scene = new SlideScene(900, 900, [new(500, 500, 12, 9)]);
        TileCells tile = scene.See(new TileId(0, 0));
        SlideCell expected = new SeamMerger(scene.FullPlan).Add(tile).ShouldHaveSingleItem();
        var earlier = new TileCells(tile.Tile, [tile.Cells[0] with { Shape = null }], tile.TokenWidth, tile.Tokens);

        SlideCell cell = new SeamMerger(scene.FullPlan).Add(earlier).ShouldHaveSingleItem();

        cell.PerimeterMicrons.ShouldBe(expected.PerimeterMicrons, 1e-4);
        cell.MaxDiameterMicrons.ShouldBe(expected.MaxDiameterMicrons, 1e-4);
        cell.Circularity.ShouldBe(expected.Circularity, 1e-6);
        expected.OrientationDegrees.ShouldNotBeNull();
        cell.OrientationDegrees.ShouldBeNull();
    }

    [Fact]
    public void A_nucleus_that_two_tiles_see_comes_once_from_the_one_that_sees_it_whole()
    {
        // The border of tile (0, 0) is at 992; tile (0, 1) begins at 928 and sees the nucleus whole.
        var scene = new SlideScene(3000, 900, [new(985, 500, 12, 9)]);
        var merger = new SeamMerger(scene.FullPlan);

        merger.Add(scene.See(new TileId(0, 0))).ShouldBeEmpty();
        merger.OpenCells.ShouldBe(1);
        SlideCell cell = merger.Add(scene.See(new TileId(0, 1))).ShouldHaveSingleItem();

        cell.Flags.ShouldBe(CellFlags.None);
        cell.Token.Span[1].ShouldBe((Half)1);
        cell.AreaSquareMicrons.ShouldBe(scene.AreaOf(scene.Nuclei[0]) * SquareMicronsPerPixel, 1e-9);
    }

    [Fact]
    public void Of_two_whole_views_the_one_farther_from_its_border_stays()
    {
        var scene = new SlideScene(3000, 900, [new(950, 500, 12, 9)]);

        SlideCell cell = Merge(scene, scene.FullPlan).ShouldHaveSingleItem();
        cell.Token.Span[1].ShouldBe((Half)0);
    }

    [Fact]
    public void A_nucleus_at_a_corner_of_four_tiles_comes_once()
    {
        var scene = new SlideScene(1900, 1900, [new(960, 960, 20, 20)]);

        Merge(scene, scene.FullPlan).ShouldHaveSingleItem().Flags.ShouldBe(CellFlags.None);
    }

    [Fact]
    public void A_nucleus_longer_than_the_overlap_is_joined_from_its_parts()
    {
        var scene = new SlideScene(3000, 900, [new(960, 500, 80, 40)]);

        SlideCell cell = Merge(scene, scene.FullPlan).ShouldHaveSingleItem();

        int area = scene.AreaOf(scene.Nuclei[0]);
        cell.Flags.ShouldBe(CellFlags.JoinedFromParts);
        cell.AreaSquareMicrons.ShouldBe(area * SquareMicronsPerPixel, 1e-9);
        cell.Centroid.X.ShouldBe(100 + 480, 0.01);
        cell.MaxDiameterMicrons.ShouldBe(159 * 0.25, 0.5);
        cell.Token.Span[1].ShouldBe((Half)0.5);
        cell.Class.ShouldBe((byte)1);
        cell.ClassShare.ShouldBe(1);
        cell.OrientationDegrees.ShouldBe(0);
        cell.PerimeterMicrons.ShouldBe(cell.Outline.Perimeter * 0.5, 1e-9);
        cell.BorderDistanceMicrons.ShouldBe(0);
    }

    [Fact]
    public void Class_probabilities_of_parts_are_averaged_by_area_and_those_of_a_kept_view_stay()
    {
        var scene = new SlideScene(3000, 900, [new(970, 500, 80, 40), new(940, 200, 12, 9)]);
        var merger = new SeamMerger(scene.FullPlan);
        List<TileCells> tiles = [.. new[] { 0, 1 }.Select(column => WithProbabilities(scene.See(new TileId(0, column)), column == 0 ? 0.25f : 0.75f))];

        List<SlideCell> cells = [.. tiles.SelectMany(merger.Add), .. merger.Complete()];
        cells.Sort((a, b) => a.Centroid.Y.CompareTo(b.Centroid.Y));

        cells.Count.ShouldBe(2);
        cells[0].ClassProbabilities.ToArray().ShouldBe([0.75f, 0.25f]);
        cells[0].ClassProbability.ShouldBe(0.25);
        double left = tiles[0].Cells.Max(cell => cell.AreaPixels), right = tiles[1].Cells.Max(cell => cell.AreaPixels);
        cells[1].Flags.ShouldBe(CellFlags.JoinedFromParts);
        cells[1].ClassProbability.ShouldBe(((0.25 * left) + (0.75 * right)) / (left + right), 1e-6);
        cells[1].ClassProbabilities.ToArray().Sum().ShouldBe(1, 1e-6f);
    }

    [Fact]
    public void A_nucleus_across_three_tiles_is_joined_from_three_parts()
    {
        var scene = new SlideScene(3000, 900, [new(1440, 500, 540, 60)]);

        SlideCell cell = Merge(scene, scene.FullPlan).ShouldHaveSingleItem();

        cell.Flags.ShouldBe(CellFlags.JoinedFromParts);
        cell.AreaSquareMicrons.ShouldBe(scene.AreaOf(scene.Nuclei[0]) * SquareMicronsPerPixel, 1e-9);
    }

    [Fact]
    public void A_cut_nucleus_beside_a_tile_outside_the_plan_is_kept_and_says_so()
    {
        var scene = new SlideScene(3000, 900, [new(990, 500, 12, 9)]);
        TilePlan plan = scene.Plan(tile => tile.Column != 1);

        Merge(scene, plan).ShouldHaveSingleItem().Flags.ShouldBe(CellFlags.CutByTileBorder);
    }

    [Fact]
    public void A_cut_nucleus_beside_a_failed_tile_is_kept_and_says_so()
    {
        var scene = new SlideScene(3000, 900, [new(990, 500, 12, 9), new(950, 200, 12, 9)]);
        var merger = new SeamMerger(scene.FullPlan);

        merger.Add(scene.See(new TileId(0, 0))).ShouldBeEmpty();
        List<SlideCell> cells = [.. merger.Skip(new TileId(0, 1)).OrderBy(cell => cell.Centroid.Y)];

        cells.Select(cell => cell.Flags).ShouldBe([CellFlags.None, CellFlags.CutByTileBorder | CellFlags.TouchesFailedTile]);
    }

    [Fact]
    public void A_cut_nucleus_that_the_neighbor_did_not_find_is_kept_and_says_so()
    {
        var scene = new SlideScene(3000, 900, [new(990, 500, 12, 9)]);
        var merger = new SeamMerger(scene.FullPlan);

        merger.Add(new TileCells(new TileId(0, 1), [], 2, []));
        merger.Add(scene.See(new TileId(0, 0))).ShouldHaveSingleItem().Flags.ShouldBe(CellFlags.CutByTileBorder);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_sliver_is_left_to_the_tile_behind_the_border_if_that_was_analyzed(bool analyzed, int expected)
    {
        // The border of tile (0, 0) is at 992, of which the nucleus covers two columns.
        var scene = new SlideScene(3000, 900, [new(1002, 500, 12, 9)]);
        var merger = new SeamMerger(scene.FullPlan);
        var neighbor = new TileId(0, 1);

        int count = merger.Add(scene.See(new TileId(0, 0))).Count;
        count += (analyzed ? merger.Add(new TileCells(neighbor, [], 2, [])) : merger.Skip(neighbor)).Count;

        count.ShouldBe(expected);
    }

    [Fact]
    public void A_nucleus_at_the_edge_of_the_slide_is_whole_and_says_so()
    {
        var scene = new SlideScene(1900, 900, [new(0, 400, 12, 9), new(1899, 400, 12, 9), new(500, 0, 9, 9), new(500, 899, 9, 9)]);

        List<SlideCell> cells = Merge(scene, scene.FullPlan);
        cells.Count.ShouldBe(4);
        cells.ShouldAllBe(cell => cell.Flags == CellFlags.TouchesSlideEdge);
    }

    [Fact]
    public void Two_nuclei_where_another_tile_saw_one_stay_two_when_that_view_is_cut()
    {
        var scene = new SlideScene(3000, 900, [new(975, 500, 10, 10), new(997, 500, 10, 10)]);
        var merger = new SeamMerger(scene.FullPlan);

        // The left tile takes both for one nucleus, which its border cuts.
        TileCells left = scene.See(new TileId(0, 0), i => i == 0 ? new Ellipse(986, 500, 21, 10) : null);
        List<SlideCell> cells = [.. merger.Add(left), .. merger.Add(scene.See(new TileId(0, 1))), .. merger.Complete()];

        cells.Count.ShouldBe(2);
        cells.ShouldAllBe(cell => cell.Flags == CellFlags.None);
    }

    [Fact]
    public void Cells_outside_the_region_of_interest_are_left_out_also_at_seams()
    {
        var scene = new SlideScene(3000, 900, [new(950, 200, 12, 9), new(950, 600, 12, 9), new(500, 200, 9, 9), new(500, 600, 9, 9)]);
        var region = new RegionOfInterest([new RegionPart(new SlidePolygon([0, 0, 3000, 0, 3000, 240, 0, 240]), [])]);
        var merger = new SeamMerger(scene.FullPlan, region);

        List<SlideCell> cells = [.. scene.FullPlan.Tiles.SelectMany(tile => merger.Add(scene.See(tile))), .. merger.Complete()];

        cells.Select(cell => Math.Round(cell.Centroid.Y)).ShouldBe([140, 140]);
    }

    [Fact]
    public void A_tile_outside_the_plan_is_refused()
    {
        var scene = new SlideScene(3000, 900, []);
        var merger = new SeamMerger(scene.Plan(tile => tile.Column == 0));

        Should.Throw<ArgumentException>(() => merger.Add(scene.See(new TileId(0, 1)))).Message.ShouldContain("0_1");
        Should.Throw<ArgumentException>(() => merger.Skip(new TileId(7, 7)));
    }

    [Fact]
    public void Row_by_row_only_the_last_row_is_held()
    {
        List<Ellipse> nuclei = SlideScene.Scatter(new Random(5), 1900, 4700, 600, 14);
        var scene = new SlideScene(1900, 4700, nuclei);
        var merger = new SeamMerger(scene.FullPlan);
        int emitted = 0;
        foreach (TileId tile in scene.FullPlan.Tiles)
        {
            emitted += merger.Add(scene.See(tile)).Count;
            if (tile.Column == scene.Grid.Columns - 1)
            {
                merger.OpenCells.ShouldBeLessThan(80);
            }
        }

        merger.OpenCells.ShouldBe(0);
        emitted.ShouldBe(nuclei.Count);
    }

    private static TileCells WithProbabilities(TileCells tile, float ofClass1) => new(
        tile.Tile, tile.Cells, tile.TokenWidth, tile.Tokens, new ClassProbabilities(2, [.. tile.Cells.SelectMany(_ => new[] { 1 - ofClass1, ofClass1 })]));

    private static List<SlideCell> Merge(SlideScene scene, TilePlan plan)
    {
        var merger = new SeamMerger(plan);
        return [.. plan.Tiles.SelectMany(tile => merger.Add(scene.See(tile))), .. merger.Complete()];
    }
}
