using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.UnitTests.Detection.Contours;

namespace CellVitCluster.UnitTests.Detection.Merging;

public sealed class CellMaskTests
{
    /// <summary>The right side of such a rectangle closes behind the last bit of a word or in front of it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    public void A_rectangle_is_all_pixels_of_its_box(int width)
    {
        PixelPart part = new([.. Enumerable.Range(5, 3).Select(row => new PixelRun { Row = row, Start = 7, End = 7 + width, Value = 1 })]);
        TileContour outline = TileContour.OnHalfPixels([14, 10, 14, 16, 2 * (7 + width), 16, 2 * (7 + width), 10]);
        var mask = new CellMask();
        mask.Draw(part.Cell(outline), PixelPart.Frame);

        mask.Area.ShouldBe(3 * width);
        mask.CountInside(mask.Box).ShouldBe(3 * width);
        mask.CountShared(mask).ShouldBe(3 * width);
    }

    [Fact]
    public void A_mask_that_is_drawn_again_has_nothing_left_of_the_cell_before()
    {
        List<PixelPart> parts = [.. Enumerable.Range(0, 40).SelectMany(seed => PixelPart.Of(PixelPart.Noise(80, 9, 6, seed)))];
        var reused = new CellMask();
        foreach (PixelPart part in parts)
        {
            int[] points = new CrackTracer().Trace(Picture(part), part.FirstX, part.FirstY).ToArray();
            var fresh = new CellMask();
            fresh.Draw(part.Cell(TileContour.OnHalfPixels(points)), PixelPart.Frame);
            reused.Draw(part.Cell(TileContour.OnHalfPixels(points)), PixelPart.Frame);

            reused.Area.ShouldBe(fresh.Area);
            reused.CountShared(fresh).ShouldBe(fresh.Area);
        }
    }

    private static LabelImage Picture(PixelPart part)
    {
        var image = new LabelImage(part.Box.Right, part.Box.Bottom);
        foreach (PixelRun run in part.Runs)
        {
            for (int x = run.Start; x < run.End; x++)
            {
                image[x, run.Row] = 1;
            }
        }

        return image;
    }
}
