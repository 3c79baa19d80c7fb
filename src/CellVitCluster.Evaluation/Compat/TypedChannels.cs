using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Evaluation.Compat;

/// <summary>
/// Instance maps per class and their union as the published evaluation forms them (spec/metrics.md §3.1): the smallest number of a channel is
/// taken for its background. Thread-safe.
/// </summary>
public static class TypedChannels
{
    /// <summary>The pixels of one class, with their instance numbers.</summary>
    /// <param name="instances">All instances.</param>
    /// <param name="types">Class of each pixel, row by row.</param>
    /// <param name="type">Class of the channel.</param>
    public static LabelImage Channel(LabelImage instances, ReadOnlySpan<byte> types, byte type)
    {
        ArgumentNullException.ThrowIfNull(instances);
        var channel = new LabelImage(instances.Width, instances.Height);
        for (int y = 0; y < instances.Height; y++)
        {
            ReadOnlySpan<int> row = instances.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                channel[x, y] = types[(y * row.Length) + x] == type ? row[x] : 0;
            }
        }

        return channel;
    }

    /// <summary>
    /// One instance map from channels of equal size: channels in order, instances by ascending number, each with the next free number; later
    /// instances overwrite earlier ones. The instance with the smallest number of a channel without background pixels is lost.
    /// </summary>
    public static LabelImage Merge(IReadOnlyList<LabelImage> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        var merged = new LabelImage(channels[0].Width, channels[0].Height);
        int next = 1;
        foreach (LabelImage channel in channels)
        {
            var numbers = new SortedDictionary<int, int>();
            ForEach(channel, (_, _, label) => numbers[label] = 0);
            foreach (int label in numbers.Keys.Skip(1).ToArray())
            {
                numbers[label] = next++;
            }

            ForEach(channel, (x, y, label) => merged[x, y] = numbers[label] > 0 ? numbers[label] : merged[x, y]);
        }

        return merged;
    }

    private static void ForEach(LabelImage image, Action<int, int, int> action)
    {
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                action(x, y, image[x, y]);
            }
        }
    }
}
