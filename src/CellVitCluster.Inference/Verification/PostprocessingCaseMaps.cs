using CellVitCluster.Detection;

namespace CellVitCluster.Inference.Verification;

/// <summary>Network maps of a recorded post-processing case.</summary>
internal static class PostprocessingCaseMaps
{
    /// <summary>Reads distance maps and either logits or arg-max maps.</summary>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="FormatException">A file is no array of the expected type.</exception>
    public static NetworkMaps Load(string folder)
    {
        var distances = GoldenArray.Load(Path.Combine(folder, "in_hv.npy"));
        int height = (int)distances.Shape[1];
        int width = (int)distances.Shape[2];
        ReadOnlySpan<Half> halves = distances.As<Half>();
        return new NetworkMaps
        {
            Width = width,
            Height = height,
            Nucleus = Winners(folder, "binary"),
            Horizontal = Widen(halves[..(width * height)]),
            Vertical = Widen(halves[(width * height)..]),
            Class = Winners(folder, "type"),
        };
    }

    private static float[] Widen(ReadOnlySpan<Half> values)
    {
        float[] widened = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            widened[i] = (float)values[i];
        }

        return widened;
    }

    /// <summary>Most probable channel per pixel. The recorded logits are multiples of 1/8, so their order is that of the soft-max.</summary>
    private static byte[] Winners(string folder, string map)
    {
        string winners = Path.Combine(folder, $"in_{map}_argmax.npy");
        if (GoldenArray.Exists(winners))
        {
            return GoldenArray.Load(winners).As<byte>().ToArray();
        }

        var logits = GoldenArray.Load(Path.Combine(folder, $"in_{map}_logits.npy"));
        ReadOnlySpan<Half> values = logits.As<Half>();
        int channels = (int)logits.Shape[0];
        byte[] result = new byte[values.Length / channels];
        for (int pixel = 0; pixel < result.Length; pixel++)
        {
            int best = 0;
            for (int channel = 1; channel < channels; channel++)
            {
                best = values[(channel * result.Length) + pixel] > values[(best * result.Length) + pixel] ? channel : best;
            }

            result[pixel] = (byte)best;
        }

        return result;
    }
}
