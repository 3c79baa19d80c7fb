using CellVitCluster.Detection.Labels;
using CellVitCluster.Evaluation.Overlap;
using CellVitCluster.Evaluation.Regions;
using CsCheck;

namespace CellVitCluster.UnitTests.Evaluation;

/// <summary>Small label maps for tests.</summary>
internal static class DrawnMap
{
    public const int Side = 24;

    /// <summary>Maps of up to twelve rectangles, numbered with gaps, later ones above earlier ones.</summary>
    public static Gen<LabelImage> Any { get; } =
        Gen.Select(Gen.Int[0, Side - 1], Gen.Int[0, Side - 1], Gen.Int[1, 9], Gen.Int[1, 9]).Array[0, 12].Select(boxes =>
        {
            var image = new LabelImage(Side, Side);
            for (int i = 0; i < boxes.Length; i++)
            {
                (int x, int y, int width, int height) = boxes[i];
                Fill(image, (3 * i) + 2, x, y, width, height);
            }

            return image;
        });

    /// <summary>A map from rows of digits; a dot is background.</summary>
    public static LabelImage Of(params string[] rows)
    {
        var image = new LabelImage(rows[0].Length, rows.Length);
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < rows[y].Length; x++)
            {
                image[x, y] = rows[y][x] == '.' ? 0 : rows[y][x] - '0';
            }
        }

        return image;
    }

    public static OverlapTable Compare(LabelImage truth, LabelImage prediction) => OverlapTable.Of(LabelRegions.Of(truth), LabelRegions.Of(prediction));

    /// <summary>The same map with other numbers, in another order.</summary>
    public static LabelImage Renumbered(LabelImage image, int seed)
    {
        int[] numbers = [.. Enumerable.Range(1, 100)];
        new Random(seed).Shuffle(numbers);
        var renumbered = new LabelImage(image.Width, image.Height);
        ForEach(image, (x, y, label) => renumbered[x, y] = label == 0 ? 0 : numbers[label]);
        return renumbered;
    }

    public static void ForEach(LabelImage image, Action<int, int, int> action)
    {
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                action(x, y, image[x, y]);
            }
        }
    }

    private static void Fill(LabelImage image, int label, int left, int top, int width, int height)
    {
        for (int y = top; y < Math.Min(Side, top + height); y++)
        {
            for (int x = left; x < Math.Min(Side, left + width); x++)
            {
                image[x, y] = label;
            }
        }
    }
}
