using CellVitCluster.Detection.Labels;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Labels;

public sealed class ConnectedComponentsTests
{
    private const int Width = 19;
    private const int Height = 13;

    [Fact]
    public void Set_pixels_are_numbered_in_raster_order_of_first_pixels() =>
        Gen.Int[0, 1].Select(v => (byte)v).Array[Width * Height].Sample(
            mask =>
            {
                var components = new ConnectedComponents();
                components.FindSet(mask, Width, Height);
                Labels(components).ShouldBe(Flooded(mask.Select(v => (int)v).ToArray(), diagonal: false));
            },
            iter: 300);

    [Fact]
    public void Clear_pixels_are_the_set_pixels_of_the_inverse() =>
        Gen.Int[0, 1].Select(v => (byte)v).Array[Width * Height].Sample(
            mask =>
            {
                var clear = new ConnectedComponents();
                clear.FindClear(mask, Width, Height);
                Labels(clear).ShouldBe(Flooded(mask.Select(v => 1 - v).ToArray(), diagonal: false));
            },
            iter: 100);

    [Fact]
    public void Parts_join_over_corners_and_only_equal_labels() =>
        Gen.Int[0, 3].Array[Width * Height].Sample(
            values =>
            {
                var image = new LabelImage(Width, Height);
                for (int i = 0; i < values.Length; i++)
                {
                    image[i % Width, i / Width] = values[i];
                }

                var parts = new ConnectedComponents();
                parts.FindParts(image);
                Labels(parts).ShouldBe(Flooded(values, diagonal: true));
                parts.Areas.ToArray().Sum().ShouldBe(values.Count(v => v != 0));
            },
            iter: 300);

    private static int[] Labels(ConnectedComponents components)
    {
        int[] labels = new int[Width * Height];
        foreach (PixelRun run in components.Runs)
        {
            labels.AsSpan((run.Row * Width) + run.Start, run.Length).Fill(run.Component + 1);
        }

        return labels;
    }

    private static int[] Flooded(int[] values, bool diagonal)
    {
        int[] labels = new int[values.Length];
        int count = 0;
        for (int seed = 0; seed < values.Length; seed++)
        {
            if (values[seed] == 0 || labels[seed] != 0)
            {
                continue;
            }

            count++;
            var open = new Stack<int>([seed]);
            while (open.TryPop(out int pixel))
            {
                if (labels[pixel] != 0)
                {
                    continue;
                }

                labels[pixel] = count;
                int x = pixel % Width, y = pixel / Width;
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        int nx = x + dx, ny = y + dy;
                        bool near = (diagonal || dx == 0 || dy == 0) && nx >= 0 && ny >= 0 && nx < Width && ny < Height;
                        if (near && values[(ny * Width) + nx] == values[pixel])
                        {
                            open.Push((ny * Width) + nx);
                        }
                    }
                }
            }
        }

        return labels;
    }
}
