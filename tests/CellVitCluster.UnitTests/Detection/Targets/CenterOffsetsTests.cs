using CellVitCluster.Detection.Targets;

namespace CellVitCluster.UnitTests.Detection.Targets;

public sealed class CenterOffsetsTests
{
    [Fact]
    public void Offsets_count_pixels_from_one_and_the_center_from_zero()
    {
        var offsets = CenterOffsets.Of(DrawnLabels.Of("......", ".1111.", ".1111.", "......"));

        offsets.Horizontal[7..11].ShouldBe([-0.5f, 0.5f, 1.5f, 2.5f]);
        offsets.Vertical[7].ShouldBe(0.5f);
        offsets.Vertical[13].ShouldBe(1.5f);
    }

    [Fact]
    public void A_later_nucleus_clears_its_crop_and_further_parts_of_a_number_come_last()
    {
        string row = "22.....1111.2";
        var offsets = CenterOffsets.Of(DrawnLabels.Of(row, row, row, row));

        // Nucleus 1 is first, the left part of 2 does not reach it, the right part of 2 clears the two columns before it.
        offsets.Horizontal[..13].ShouldBe([0.5f, 1.5f, 0, 0, 0, 0, 0, -0.5f, 0.5f, 1.5f, 0, 0, 1]);
    }
}
