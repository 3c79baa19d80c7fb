using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Contours;

public sealed class ContourTracerTests
{
    [Fact]
    public void A_block_is_traced_by_its_corners_down_the_left_side() =>
        Trace("0000", "0111", "0111", "0111").ShouldBe([1, 1, 1, 3, 3, 3, 3, 1]);

    [Fact]
    public void A_lone_pixel_has_one_vertex_and_a_line_two()
    {
        Trace("00", "01").ShouldBe([1, 1]);
        Trace("0000", "1111").ShouldBe([0, 1, 3, 1]);
    }

    [Fact]
    public void A_pinched_shape_passes_its_neck_twice() =>
        Trace("11011", "11111", "11011").Chunk(2).Count(point => point is [2, 1]).ShouldBe(2);

    [Fact]
    public void Filling_a_traced_contour_gives_the_pixels_back_with_holes_filled() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 14], Gen.Int[4, 10], Gen.Int[0, int.MaxValue]).Sample(
            (width, height, density, seed) =>
            {
                LabelImage image = PixelPart.Noise(width, height, density, seed);
                if (PixelPart.Of(image) is not [PixelPart part, ..])
                {
                    return;
                }

                int[] points = new ContourTracer().Trace(image, part.FirstX, part.FirstY).ToArray();
                if (points.Length < 6)
                {
                    return;
                }

                TileRect box = part.Box;
                var mask = new CellMask();
                mask.Draw(part.Cell(TileContour.ThroughPixelCenters(points)), PixelPart.Frame);
                byte[] expected = part.Filled();
                for (int i = 0; i < expected.Length; i++)
                {
                    bool inside = mask.Contains(mask.Box.Left + (i % box.Width), mask.Box.Top + (i / box.Width));
                    inside.ShouldBe(expected[i] != 0, $"pixel {i % box.Width}, {i / box.Width}");
                }

                mask.Area.ShouldBe(expected.Sum(v => v));
            },
            iter: 500);

    private static int[] Trace(params string[] rows)
    {
        var image = new LabelImage(rows[0].Length, rows.Length);
        for (int i = 0; i < rows.Length * rows[0].Length; i++)
        {
            image[i % rows[0].Length, i / rows[0].Length] = rows[i / rows[0].Length][i % rows[0].Length] - '0';
        }

        int first = string.Concat(rows).IndexOf('1', StringComparison.Ordinal);
        return new ContourTracer().Trace(image, first % rows[0].Length, first / rows[0].Length).ToArray();
    }
}
