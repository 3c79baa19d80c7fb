using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Contours;

public sealed class CrackTracerTests
{
    private static readonly Gen<LabelImage> Pictures = Gen.Select(Gen.Int[1, 70], Gen.Int[1, 14], Gen.Int[2, 10], Gen.Int[0, int.MaxValue])
        .Select((width, height, density, seed) => PixelPart.Noise(width, height, density, seed));

    [Fact]
    public void A_rectangle_keeps_its_corners_and_begins_with_the_upper_left_one() =>
        Trace("0000", "0110", "0110", "0110").ShouldBe([2, 2, 2, 8, 6, 8, 6, 2]);

    [Fact]
    public void A_lone_pixel_is_a_square_and_a_line_a_rectangle()
    {
        Trace("00", "01").ShouldBe([2, 2, 2, 4, 4, 4, 4, 2]);
        Trace("0000", "1111").ShouldBe([0, 2, 0, 4, 8, 4, 8, 2]);
    }

    [Fact]
    public void Diagonal_steps_are_one_straight_line() =>
        Trace("00001", "00011", "00111", "01111", "11111").Length.ShouldBeLessThanOrEqualTo(2 * 7);

    [Fact]
    public void Where_two_pixels_touch_by_a_corner_the_outline_bridges_the_gap() =>
        Trace("100", "010").ShouldBe([0, 0, 0, 2, 1, 2, 3, 4, 4, 4, 4, 2, 3, 2, 1, 0]);

    [Fact]
    public void The_area_is_the_number_of_enclosed_pixels() => Check((part, points) =>
    {
        long twice = 0;
        for (int i = 0, j = points.Length - 2; i < points.Length; j = i, i += 2)
        {
            twice += ((long)points[i] * points[j + 1]) - ((long)points[j] * points[i + 1]);
        }

        // Half pixels, and with the part on the left hand of a line that goes down the sum is positive.
        twice.ShouldBe(8L * part.Filled().Sum(v => v));
    });

    [Fact]
    public void The_outline_neither_crosses_nor_touches_itself_and_has_no_vertex_too_many() => Check((_, points) =>
    {
        int count = points.Length / 2;
        for (int i = 0; i < count; i++)
        {
            Turn(points, i, (i + 1) % count, (i + 2) % count).ShouldNotBe(0);
            for (int j = i + 2; j < count - (i == 0 ? 1 : 0); j++)
            {
                HaveCommonPoint(points, i, j).ShouldBeFalse();
            }
        }
    });

    [Fact]
    public void Exactly_the_centers_of_the_enclosed_pixels_lie_inside() => Check((part, points) =>
    {
        TileRect box = part.Box;
        byte[] filled = part.Filled();
        var polygon = new SlidePolygon([.. points.Select(v => v / 2.0)]);
        var mask = new CellMask();
        mask.Draw(part.Cell(TileContour.OnHalfPixels(points)), PixelPart.Frame);
        mask.Area.ShouldBe(filled.Sum(v => v));
        for (int i = 0; i < filled.Length; i++)
        {
            int x = i % box.Width, y = i / box.Width;
            polygon.Contains(new SlidePoint(box.X + x + 0.5, box.Y + y + 0.5)).ShouldBe(filled[i] != 0, $"pixel {x}, {y}");
            mask.Contains(mask.Box.Left + x, mask.Box.Top + y).ShouldBe(filled[i] != 0, $"pixel {x}, {y}");
        }
    });

    [Fact]
    public void The_outline_reaches_the_sides_of_the_box_and_no_farther() => Check((part, points) =>
    {
        TileRect box = part.Box;
        int[] x = [.. points.Where((_, i) => i % 2 == 0)], y = [.. points.Where((_, i) => i % 2 == 1)];
        new TileRect(x.Min(), y.Min(), x.Max() - x.Min(), y.Max() - y.Min())
            .ShouldBe(new TileRect(2 * box.X, 2 * box.Y, 2 * box.Width, 2 * box.Height));
    });

    [Fact]
    public void Elsewhere_in_the_tile_the_outline_is_the_same_one_moved() =>
        Gen.Select(Pictures, Gen.Int[0, 1900], Gen.Int[0, 1900]).Sample(
            (picture, right, down) =>
            {
                var moved = new LabelImage(Math.Min(2047, right + picture.Width), Math.Min(2047, down + picture.Height));
                for (int i = 0; i < picture.Width * picture.Height; i++)
                {
                    moved[right + (i % picture.Width), down + (i / picture.Width)] = picture[i % picture.Width, i / picture.Width];
                }

                foreach (PixelPart part in PixelPart.Of(picture))
                {
                    int[] here = Trace(picture, part.FirstX, part.FirstY);
                    int[] there = Trace(moved, right + part.FirstX, down + part.FirstY);
                    there.ShouldBe(here.Select((v, i) => v + (2 * (i % 2 == 0 ? right : down))));

                    TileContour contour = TileContour.OnHalfPixels(there);
                    for (int i = 0; i < contour.Count; i++)
                    {
                        contour[i].ShouldBe(new TilePoint(there[2 * i] / 2.0, there[(2 * i) + 1] / 2.0));
                    }
                }
            },
            iter: 60);

    private static void Check(Action<PixelPart, int[]> property) => Pictures.Sample(
        picture =>
        {
            foreach (PixelPart part in PixelPart.Of(picture))
            {
                property(part, Trace(picture, part.FirstX, part.FirstY));
            }
        },
        iter: 300);

    private static int[] Trace(params string[] rows)
    {
        var image = new LabelImage(rows[0].Length, rows.Length);
        for (int i = 0; i < rows.Length * rows[0].Length; i++)
        {
            image[i % rows[0].Length, i / rows[0].Length] = rows[i / rows[0].Length][i % rows[0].Length] - '0';
        }

        int first = string.Concat(rows).IndexOf('1', StringComparison.Ordinal);
        return Trace(image, first % rows[0].Length, first / rows[0].Length);
    }

    private static int[] Trace(LabelImage image, int x, int y) => new CrackTracer().Trace(image, x, y).ToArray();

    /// <summary>Sign of the turn a, b, c.</summary>
    private static int Turn(int[] points, int a, int b, int c)
    {
        long firstX = points[2 * b] - points[2 * a], firstY = points[(2 * b) + 1] - points[(2 * a) + 1];
        long secondX = points[2 * c] - points[2 * b], secondY = points[(2 * c) + 1] - points[(2 * b) + 1];
        return Math.Sign((firstX * secondY) - (firstY * secondX));
    }

    /// <summary>Whether the segments that begin at two vertices share a point.</summary>
    private static bool HaveCommonPoint(int[] points, int a, int b)
    {
        int count = points.Length / 2, aEnd = (a + 1) % count, bEnd = (b + 1) % count;
        int b1 = Turn(points, a, aEnd, b), b2 = Turn(points, a, aEnd, bEnd), a1 = Turn(points, b, bEnd, a), a2 = Turn(points, b, bEnd, aEnd);
        return b1 * b2 <= 0 && a1 * a2 <= 0 && Overlap(points, 0, a, aEnd, b, bEnd) && Overlap(points, 1, a, aEnd, b, bEnd);
    }

    private static bool Overlap(int[] points, int axis, int a, int aEnd, int b, int bEnd)
    {
        int a1 = points[(2 * a) + axis], a2 = points[(2 * aEnd) + axis], b1 = points[(2 * b) + axis], b2 = points[(2 * bEnd) + axis];
        return Math.Max(Math.Min(a1, a2), Math.Min(b1, b2)) <= Math.Min(Math.Max(a1, a2), Math.Max(b1, b2));
    }
}
