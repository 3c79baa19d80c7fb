using CellVitCluster.Detection.Labels;

namespace CellVitCluster.UnitTests.Detection.Targets;

/// <summary>Label images from text and chance.</summary>
internal static class DrawnLabels
{
    /// <summary>One character per pixel: a digit is a label, everything else background.</summary>
    public static LabelImage Of(params string[] rows)
    {
        var labels = new LabelImage(rows[0].Length, rows.Length);
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < rows[y].Length; x++)
            {
                labels[x, y] = char.IsDigit(rows[y][x]) ? rows[y][x] - '0' : 0;
            }
        }

        return labels;
    }

    /// <summary>Rectangles of random place, size and label, over each other and over the sides.</summary>
    public static LabelImage Scatter(int seed, int width, int height, int count)
    {
        var random = new Random(seed);
        var labels = new LabelImage(width, height);
        for (int i = 0; i < count; i++)
        {
            int label = random.Next(1, 2 * count), left = random.Next(-5, width), top = random.Next(-5, height);
            int right = Math.Min(width, left + random.Next(1, 15)), bottom = Math.Min(height, top + random.Next(1, 15));
            for (int y = Math.Max(0, top); y < bottom; y++)
            {
                for (int x = Math.Max(0, left); x < right; x++)
                {
                    labels[x, y] = label;
                }
            }
        }

        return labels;
    }
}
