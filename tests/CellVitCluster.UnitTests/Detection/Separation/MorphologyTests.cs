using CellVitCluster.Detection.Separation;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Separation;

public sealed class MorphologyTests
{
    private static readonly string[] Element = ["00100", "11111", "11111", "11111", "00100"];

    private static readonly Gen<(int Width, int Height, byte[] Mask)> Masks =
        from width in Gen.Int[1, 80]
        from height in Gen.Int[1, 20]
        from density in Gen.Int[3, 9]
        from mask in Gen.Int[0, 9].Select(v => (byte)(v < density ? 1 : 0)).Array[width * height]
        select (width, height, mask);

    [Fact]
    public void Opening_equals_its_definition() => Masks.Sample(
        scene =>
        {
            byte[] eroded = Plain(scene.Mask, scene.Width, scene.Height, (a, b) => a & b, outside: 1);
            byte[] expected = Plain(eroded, scene.Width, scene.Height, (a, b) => a | b, outside: 0);
            byte[] actual = [.. scene.Mask];
            new Morphology().Open(actual, scene.Width, scene.Height);
            actual.ShouldBe(expected);
        },
        iter: 200);

    [Fact]
    public void A_hole_is_what_no_path_of_clear_pixels_connects_with_the_outside() => Masks.Sample(
        scene =>
        {
            byte[] actual = [.. scene.Mask];
            new Morphology().FillHoles(actual, scene.Width, scene.Height);
            actual.ShouldBe(FilledByFlooding(scene.Mask, scene.Width, scene.Height));
        },
        iter: 200);

    private static byte[] Plain(byte[] mask, int width, int height, Func<int, int, int> combine, byte outside)
    {
        byte[] result = new byte[mask.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            int value = outside;
            for (int dy = -2; dy <= 2; dy++)
            {
                for (int dx = -2; dx <= 2; dx++)
                {
                    int x = (i % width) + dx, y = (i / width) + dy;
                    bool inside = x >= 0 && x < width && y >= 0 && y < height;
                    value = Element[dy + 2][dx + 2] == '1' ? combine(value, inside ? mask[(y * width) + x] : outside) : value;
                }
            }

            result[i] = (byte)value;
        }

        return result;
    }

    private static byte[] FilledByFlooding(byte[] mask, int width, int height)
    {
        bool[] reached = new bool[mask.Length];
        var open = new Stack<(int X, int Y)>();
        for (int i = 0; i < mask.Length; i++)
        {
            int x = i % width, y = i / width;
            if (x == 0 || y == 0 || x == width - 1 || y == height - 1)
            {
                open.Push((x, y));
            }
        }

        while (open.TryPop(out (int X, int Y) at))
        {
            int i = (at.Y * width) + at.X;
            if (at.X < 0 || at.Y < 0 || at.X >= width || at.Y >= height || reached[i] || mask[i] != 0)
            {
                continue;
            }

            reached[i] = true;
            open.Push((at.X - 1, at.Y));
            open.Push((at.X + 1, at.Y));
            open.Push((at.X, at.Y - 1));
            open.Push((at.X, at.Y + 1));
        }

        return [.. reached.Select(r => (byte)(r ? 0 : 1))];
    }
}
