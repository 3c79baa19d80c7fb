using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
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
                var random = new Random(seed);
                var image = new LabelImage(width, height);
                for (int i = 0; i < width * height; i++)
                {
                    image[i % width, i / width] = random.Next(10) < density ? 1 : 0;
                }

                var parts = new ConnectedComponents();
                parts.FindParts(image);
                if (parts.Count == 0)
                {
                    return;
                }

                PixelRun[] part = [.. parts.Runs.ToArray().Where(run => run.Component == 0)];
                int left = part.Min(run => run.Start), right = part.Max(run => run.End);
                var box = new TileRect(left, part[0].Row, right - left, part[^1].Row + 1 - part[0].Row);
                int[] points = new ContourTracer().Trace(image, part[0].Start, part[0].Row).ToArray();
                if (points.Length < 6)
                {
                    return;
                }

                CellMask mask = CellMask.Of(Cell(box, TileContour.ThroughPixelCenters(points)), Frame);
                byte[] expected = FilledPart(part, box);
                for (int i = 0; i < expected.Length; i++)
                {
                    bool inside = mask.Contains(mask.Box.Left + (i % box.Width), mask.Box.Top + (i / box.Width));
                    inside.ShouldBe(expected[i] != 0, $"pixel {i % box.Width}, {i / box.Width}");
                }

                mask.Area.ShouldBe(expected.Sum(v => v));
            },
            iter: 500);

    private static TileFrame Frame { get; } = new(
        new TileGrid
        {
            BaseMpp = new Mpp(0.25),
            ActiveArea = new SlideRect(0, 0, 2000, 2000),
            Downsample = 1,
            RescaleSixteenths = 16,
            SourceWidth = 2000,
            SourceHeight = 2000,
            Columns = 3,
            Rows = 3,
        },
        new TileId(1, 1));

    /// <summary>The part with what it encloses: clear pixels that no 4-connected path of other pixels joins with the outside.</summary>
    private static byte[] FilledPart(PixelRun[] part, TileRect box)
    {
        byte[] mask = new byte[box.Width * box.Height];
        foreach (PixelRun run in part)
        {
            mask.AsSpan(((run.Row - box.Y) * box.Width) + run.Start - box.X, run.Length).Fill(1);
        }

        new Morphology().FillHoles(mask, box.Width, box.Height);
        return mask;
    }

    private static TileCell Cell(TileRect box, TileContour contour) => new()
    {
        Box = box,
        Centroid = default,
        Contour = contour,
        AreaPixels = 1,
        Class = 1,
        ClassShare = 1,
        NucleusProbability = 0,
    };

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
