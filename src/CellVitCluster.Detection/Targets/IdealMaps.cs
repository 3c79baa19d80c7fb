using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Targets;

/// <summary>
/// The maps that a perfect network would give for a known truth: with them a separation or a merging is measured by itself. A nucleus that the
/// window's border cuts has two ideals, because its distances depend on what is known of it; a real network lies between them.
/// </summary>
public static class IdealMaps
{
    /// <summary>Maps of a whole image.</summary>
    /// <param name="truth">Instances.</param>
    /// <param name="classes">Class id per instance number; its length is above the largest number.</param>
    public static NetworkMaps Of(LabelImage truth, ReadOnlySpan<byte> classes)
    {
        var distances = DistanceMaps.Of(truth);
        byte[] nucleus = new byte[distances.Horizontal.Length];
        byte[] kinds = new byte[distances.Horizontal.Length];
        for (int y = 0; y < truth.Height; y++)
        {
            ReadOnlySpan<int> row = truth.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] != 0)
                {
                    nucleus[(y * row.Length) + x] = 1;
                    kinds[(y * row.Length) + x] = classes[row[x]];
                }
            }
        }

        return new NetworkMaps
        {
            Width = truth.Width,
            Height = truth.Height,
            Nucleus = nucleus,
            Horizontal = distances.Horizontal,
            Vertical = distances.Vertical,
            Class = kinds,
        };
    }

    /// <summary>
    /// Maps of a window by a network that sees only the window: distances of a cut nucleus refer to its part inside. The other ideal, a network
    /// that knows the whole nucleus, is <see cref="Of"/> the image around, then <see cref="Cut(NetworkMaps, TileRect)"/>.
    /// </summary>
    /// <param name="truth">Instances of the image around the window.</param>
    /// <param name="window">Place in the image.</param>
    /// <param name="classes">Class id per instance number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window does not lie in the image.</exception>
    public static NetworkMaps OfWindowAlone(LabelImage truth, TileRect window, ReadOnlySpan<byte> classes)
    {
        ArgumentNullException.ThrowIfNull(truth);
        CheckInside(window, truth.Width, truth.Height);
        var inside = new LabelImage(window.Width, window.Height);
        for (int y = 0; y < window.Height; y++)
        {
            truth.Row(window.Y + y).Slice(window.X, window.Width).CopyTo(inside.Framed.AsSpan(inside.IndexOf(0, y)));
        }

        return Of(inside, classes);
    }

    /// <summary>A window of maps, copied.</summary>
    /// <param name="maps">Maps of the image around the window.</param>
    /// <param name="window">Place in the image.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window does not lie in the image.</exception>
    public static NetworkMaps Cut(NetworkMaps maps, TileRect window)
    {
        ArgumentNullException.ThrowIfNull(maps);
        CheckInside(window, maps.Width, maps.Height);
        return new NetworkMaps
        {
            Width = window.Width,
            Height = window.Height,
            Nucleus = Cut(maps.Nucleus, maps.Width, window),
            Horizontal = Cut(maps.Horizontal, maps.Width, window),
            Vertical = Cut(maps.Vertical, maps.Width, window),
            Class = Cut(maps.Class, maps.Width, window),
            NucleusProbability = maps.NucleusProbability is { } probability ? Cut(probability, maps.Width, window) : null,
        };
    }

    private static T[] Cut<T>(T[] map, int width, TileRect window)
    {
        var cut = new T[window.Width * window.Height];
        for (int y = 0; y < window.Height; y++)
        {
            Array.Copy(map, ((window.Y + y) * width) + window.X, cut, y * window.Width, window.Width);
        }

        return cut;
    }

    private static void CheckInside(TileRect window, int width, int height)
    {
        if (window.X < 0 || window.Y < 0 || window.Right > width || window.Bottom > height)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, $"The window does not lie in the image of {width} × {height} px.");
        }
    }
}
