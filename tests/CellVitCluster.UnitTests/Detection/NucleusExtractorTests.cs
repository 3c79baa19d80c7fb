using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.UnitTests.Detection.Contours;
using CellVitCluster.UnitTests.Detection.Separation;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection;

public sealed class NucleusExtractorTests
{
    [Fact]
    public void The_scene_of_the_specification_has_its_cells()
    {
        IReadOnlyList<TileCell> cells = NucleusExtractor.Extract(
            EllipseScene.Draw(), SeparationParameters.Reference, CompatibilityMode.Reference, new SeparationWorkspace()).Cells;

        (int T, int L, int B, int R, int Area, double X, double Y, int Points, int Px, int Py, int Type, double Share)[] expected =
        [
            (10, 88, 39, 105, 345, 96, 24, 40, 96, 10, 3, 0.698550723),
            (19, 18, 38, 40, 296, 28.875, 27.915541, 27, 30, 19, 1, 0.695945944),
            (20, 38, 41, 60, 338, 48.035503, 29.994083, 28, 48, 20, 2, 0.701183430),
            (52, 119, 69, 128, 107, 123.915888, 60, 19, 127, 52, 5, 0.560747658),
            (58, 50, 74, 79, 307, 63.439739, 65.328990, 39, 64, 58, 5, 0.654723125),
            (61, 0, 80, 15, 219, 6.077626, 70, 17, 5, 61, 4, 0.853881275),
            (70, 61, 88, 80, 251, 70.015936, 78.067729, 19, 67, 70, 1, 0.741035854),
            (88, 94, 113, 127, 593, 110, 100, 36, 110, 88, 4, 0.210792580),
            (104, 34, 117, 47, 113, 40, 110, 20, 40, 104, 4, 0.752212383),
            (114, 85, 123, 96, 63, 90, 118, 20, 90, 114, 5, 0.682539672),
        ];
        cells.Count.ShouldBe(expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            TileCell cell = cells[i];
            cell.Box.ShouldBe(new TileRect(expected[i].L, expected[i].T, expected[i].R - expected[i].L, expected[i].B - expected[i].T));
            cell.AreaPixels.ShouldBe(expected[i].Area);
            cell.Centroid.X.ShouldBe(expected[i].X + 0.5, 1e-6);
            cell.Centroid.Y.ShouldBe(expected[i].Y + 0.5, 1e-6);
            cell.Contour.Count.ShouldBe(expected[i].Points);
            cell.Contour[0].ShouldBe(new TilePoint(expected[i].Px + 0.5, expected[i].Py + 0.5));
            cell.Contour[1].ShouldBe(new TilePoint(expected[i].Px - 0.5, expected[i].Py + 1.5));
            ((int)cell.Class).ShouldBe(expected[i].Type);
            cell.ClassShare.ShouldBe(expected[i].Share, 1e-9);
        }
    }

    [Fact]
    public void A_nucleus_of_two_parts_is_its_largest_part_by_default_and_all_of_them_for_reference()
    {
        LabelImage labels = Image("11110000", "11110000", "11110000", "00000000", "00000111", "00000111");

        TileCell ours = Describe(labels, CompatibilityMode.Default).ShouldHaveSingleItem();
        ours.Box.ShouldBe(new TileRect(0, 0, 4, 3));
        ours.AreaPixels.ShouldBe(12);
        ours.Centroid.ShouldBe(new TilePoint(2, 1.5));

        TileCell theirs = Describe(labels, CompatibilityMode.Reference).ShouldHaveSingleItem();
        theirs.Box.ShouldBe(new TileRect(0, 0, 8, 6));
        theirs.AreaPixels.ShouldBe(18);
        theirs.Contour[0].ShouldBe(new TilePoint(5.5, 4.5));
    }

    [Fact]
    public void A_nucleus_one_pixel_wide_has_an_outline_and_is_lost_for_reference()
    {
        TileCell cell = Describe(Image("00000", "01110", "00000"), CompatibilityMode.Default).ShouldHaveSingleItem();
        Enumerable.Range(0, 4).Select(i => cell.Contour[i]).ShouldBe([new(1, 1), new(1, 2), new(4, 2), new(4, 1)]);
        Describe(Image("00000", "01110", "00000"), CompatibilityMode.Reference).ShouldBeEmpty();
    }

    [Fact]
    public void A_hole_belongs_to_the_nucleus_around_it_except_for_reference()
    {
        TileCell ours = Describe(Image("1111", "1001", "1111"), CompatibilityMode.Default).ShouldHaveSingleItem();
        ours.AreaPixels.ShouldBe(12);
        AreaOf(ours.Contour).ShouldBe(12);

        Describe(Image("1111", "1001", "1111"), CompatibilityMode.Reference).ShouldHaveSingleItem().AreaPixels.ShouldBe(10);
    }

    [Fact]
    public void Background_around_an_enclosed_nucleus_is_no_hole()
    {
        IReadOnlyList<TileCell> cells = Describe(Image("111111", "100001", "102201", "100001", "111111"), CompatibilityMode.Default);

        cells.Select(cell => cell.AreaPixels).ShouldBe([18, 2]);
        cells.Select(cell => AreaOf(cell.Contour)).ShouldBe([30, 2]);
    }

    [Fact]
    public void Area_and_outline_agree_where_no_nucleus_lies_in_another() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 20], Gen.Int[2, 10], Gen.Int[0, int.MaxValue]).Sample(
            (width, height, density, seed) =>
            {
                foreach (TileCell cell in Describe(PixelPart.Noise(width, height, density, seed), CompatibilityMode.Default))
                {
                    AreaOf(cell.Contour).ShouldBe(cell.AreaPixels);
                }
            },
            iter: 200);

    [Fact]
    public void An_image_without_background_keeps_its_first_nucleus_except_for_reference()
    {
        LabelImage labels = Image("1122", "1122", "1122");

        Describe(labels, CompatibilityMode.Default).Count.ShouldBe(2);
        Describe(labels, CompatibilityMode.Reference).ShouldHaveSingleItem().Box.X.ShouldBe(2);
    }

    [Fact]
    public void A_nucleus_that_every_pixel_calls_background_is_dropped()
    {
        LabelImage labels = Image("1102", "1122");
        byte[] classes = [0, 0, 0, 0, 0, 0, 3, 3];

        Describe(labels, CompatibilityMode.Default, classes).ShouldHaveSingleItem().ClassShare.ShouldBe(2 / 3.0);
    }

    [Fact]
    public void The_probability_is_the_mean_over_the_pixels()
    {
        LabelImage labels = Image("1100", "1100", "1000");
        float[] probability = [1f, 0.5f, 9, 9, 0.75f, 0.25f, 9, 9, 0.5f, 9, 9, 9];

        Describe(labels, CompatibilityMode.Default, null, probability).ShouldHaveSingleItem().NucleusProbability.ShouldBe(0.6f);
    }

    [Theory]
    [InlineData(CompatibilityMode.Default)]
    [InlineData(CompatibilityMode.Reference)]
    public void Class_probabilities_are_the_mean_soft_max_and_the_class_stays_the_vote(CompatibilityMode mode)
    {
        LabelImage labels = Image("110022", "110022");
        byte[] classes = [1, 1, 0, 0, 2, 2, 1, 2, 0, 0, 2, 2];
        byte[] background = [0, 55, 255, 255, 5, 0, 0, 0, 255, 255, 0, 0], second = [125, 100, 0, 0, 250, 255, 125, 255, 0, 0, 255, 255];
        byte[] first = [.. background.Zip(second, (b, s) => (byte)(255 - b - s))];

        TileNuclei nuclei = DescribeTile(labels, mode, classes, planes: [background, first, second]);

        nuclei.Cells.Select(cell => (int)cell.Class).ShouldBe([1, 2]);
        nuclei.Cells[0].ClassShare.ShouldBe(0.75, 1e-6);
        nuclei.ClassProbabilities.ClassCount.ShouldBe(3);
        nuclei.ClassProbabilities[0].ToArray().ShouldBe([55 / 1020f, 360 / 1020f, 605 / 1020f]);
        nuclei.ClassProbabilities[1].ToArray().ShouldBe([5 / 1020f, 0, 1015 / 1020f]);
    }

    [Fact]
    public void Class_probabilities_are_those_of_the_cells_pixels_and_a_dropped_nucleus_has_no_row()
    {
        // Nucleus 1 has a second, smaller part, which the cell does not have; nucleus 2 is background to the vote.
        const string Labels = "1110020" + "1110020" + "0000020" + "1103300" + "0003300";
        LabelImage labels = Image([.. Labels.Chunk(7).Select(row => new string(row))]);
        byte[] classes = [.. Labels.Select(label => (byte)(label == '2' ? 0 : 1))];
        byte[] sure = [.. Labels.Select((label, i) => (byte)(label == '1' && i < 14 ? 204 : 255))];
        byte[] rest = [.. sure.Select(value => (byte)(255 - value))];

        TileNuclei nuclei = DescribeTile(labels, CompatibilityMode.Default, classes, planes: [rest, sure]);

        nuclei.Cells.Select(cell => cell.AreaPixels).ShouldBe([6, 4]);
        nuclei.ClassProbabilities.Values.ShouldBe([0.2f, 0.8f, 0, 1]);
    }

    [Fact]
    public void Maps_without_class_probabilities_give_none()
    {
        ClassProbabilities none = DescribeTile(Image("11", "11"), CompatibilityMode.Default).ClassProbabilities;
        (none.ClassCount, none.Values.Length, none[0].Length).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void The_shape_is_that_of_the_outline_and_the_pixels_wherever_the_nucleus_lies()
    {
        IReadOnlyList<TileCell> cells = Describe(
            Image("111100000", "111100000", "000000000", "000002222", "000002222"), CompatibilityMode.Default);

        NucleusShape shape = cells[0].Shape!.Value;
        shape.ShouldBe(new NucleusShape(12, MathF.Sqrt(20), (float)(4 * Math.PI * 8 / 144), 0));
        cells[1].Shape.ShouldBe(shape);
    }

    [Fact]
    public void Instance_numbers_with_gaps_come_in_ascending_order()
    {
        LabelImage labels = Image("9930", "9933", "0033");

        Describe(labels, CompatibilityMode.Default).Select(cell => cell.Box.X).ShouldBe([2, 0]);
    }

    private static double AreaOf(TileContour contour) => new SlidePolygon(
        [.. Enumerable.Range(0, contour.Count).SelectMany(i => new[] { contour[i].X, contour[i].Y })]).Area;

    private static IReadOnlyList<TileCell> Describe(
        LabelImage labels, CompatibilityMode mode, byte[]? classes = null, float[]? probability = null) =>
        DescribeTile(labels, mode, classes, probability).Cells;

    private static TileNuclei DescribeTile(
        LabelImage labels, CompatibilityMode mode, byte[]? classes = null, float[]? probability = null, byte[][]? planes = null)
    {
        int pixels = labels.Width * labels.Height;
        var maps = new NetworkMaps
        {
            Width = labels.Width,
            Height = labels.Height,
            Nucleus = [],
            Horizontal = [],
            Vertical = [],
            Class = classes ?? [.. Enumerable.Repeat((byte)2, pixels)],
            NucleusProbability = probability,
            ClassProbability = planes,
        };
        return NucleusExtractor.Describe(labels, maps, mode, new SeparationWorkspace());
    }

    private static LabelImage Image(params string[] rows)
    {
        var image = new LabelImage(rows[0].Length, rows.Length);
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < rows[y].Length; x++)
            {
                image[x, y] = rows[y][x] - '0';
            }
        }

        return image;
    }
}
