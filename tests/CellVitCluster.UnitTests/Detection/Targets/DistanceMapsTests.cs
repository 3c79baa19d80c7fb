using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Targets;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Targets;

public sealed class DistanceMapsTests
{
    [Fact]
    public void A_square_has_the_values_of_the_specification()
    {
        LabelImage labels = DrawnLabels.Of(".........", ".........", "..55555..", "..55555..", "..55555..", "..55555..", "..55555..", ".........", ".........");

        var maps = DistanceMaps.Of(labels);

        float[] expected = [0, 0, -1, 0, 1 / 3f, 2 / 3f, 1, 0, 0];
        for (int i = 0; i < 9; i++)
        {
            maps.Horizontal[(4 * 9) + i].ShouldBe(expected[i]);
            maps.Vertical[(i * 9) + 4].ShouldBe(expected[i]);
        }
    }

    [Fact]
    public void Parts_of_one_number_share_a_center()
    {
        LabelImage labels = DrawnLabels.Of("3.......3", "3.......3", "3.......3", ".........", ".........");

        var maps = DistanceMaps.Of(labels);

        // Center of mass is column 4: columns 0 and 8 lie 3 to its left and 5 to its right, counted from 1.
        maps.Horizontal[0].ShouldBe(-1);
        maps.Horizontal[8].ShouldBe(1);
    }

    [Theory]
    [InlineData("1.........", 0)]
    [InlineData("....1.....", 1)]
    public void What_cannot_be_cut_out_two_pixels_thick_has_no_distances(string row, int largest)
    {
        var maps = DistanceMaps.Of(DrawnLabels.Of(row, row));

        maps.Horizontal.Max().ShouldBe(largest);
    }

    [Fact]
    public void Values_span_the_range_of_each_side_and_are_zero_outside() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                LabelImage labels = DrawnLabels.Scatter(seed, 61, 47, 20);
                var maps = DistanceMaps.Of(labels);
                for (int i = 0; i < maps.Horizontal.Length; i++)
                {
                    bool inside = labels[i % 61, i / 61] != 0;
                    Math.Abs(maps.Horizontal[i]).ShouldBeLessThanOrEqualTo(inside ? 1 : 0);
                    Math.Abs(maps.Vertical[i]).ShouldBeLessThanOrEqualTo(inside ? 1 : 0);
                }

                foreach (int label in Enumerable.Range(0, labels.Height).SelectMany(y => labels.Row(y).ToArray()).Distinct().Where(label => label != 0))
                {
                    Enumerable.Range(0, maps.Vertical.Length).Where(i => labels[i % 61, i / 61] == label).Max(i => maps.Vertical[i]).ShouldBe(1);
                }
            },
            iter: 20);
}
