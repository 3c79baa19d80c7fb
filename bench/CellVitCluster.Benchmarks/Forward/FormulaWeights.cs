using System.Text;
using static TorchSharp.torch;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>
/// Weights computed from the name of a tensor and the index of an element, so that two processes have the same network without a file.
/// Source: spec/model.md §9.
/// </summary>
internal static class FormulaWeights
{
    private static readonly string[] Tables = ["pos_embed", "cls_token", "reg_token", "rel_pos_h", "rel_pos_w"];

    /// <summary>Overwrites every parameter and statistic of a network.</summary>
    public static void Fill(nn.Module network)
    {
        using IDisposable frozen = no_grad();
        foreach ((string key, Tensor parameter) in network.state_dict())
        {
            if (parameter.dtype != ScalarType.Float32)
            {
                parameter.zero_();
                continue;
            }

            using Tensor values = tensor(Values(key, parameter.shape)).reshape(parameter.shape);
            parameter.copy_(values);
        }
    }

    /// <summary>A normalized picture <c>[1, 3, S, S]</c> of random bytes.</summary>
    public static Tensor Image(int side)
    {
        var values = new float[3 * side * side];
        for (int i = 0; i < values.Length; i++)
        {
            double byteValue = Math.Floor(256 * (Hash((uint)i + 7919) / 4294967296.0));
            values[i] = (float)(((byteValue / 255) - 0.5) / 0.5);
        }

        return tensor(values).reshape(1, 3, side, side);
    }

    private static float[] Values(string key, long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, extent) => product * extent)];
        uint offset = 7919 * (uint)(Encoding.UTF8.GetBytes(key).Sum(b => b) % 1009);
        (double center, double spread) = Distribution(key, shape, values.Length);
        Parallel.For(0, (values.Length + 65535) / 65536, block =>
        {
            int end = Math.Min(values.Length, (block + 1) * 65536);
            for (int i = block * 65536; i < end; i++)
            {
                values[i] = (float)(center + (spread * ((2 * (Hash((uint)i + offset) / 4294967296.0)) - 1)));
            }
        });
        return values;
    }

    private static (double Center, double Spread) Distribution(string key, long[] shape, long count) => key switch
    {
        _ when key.EndsWith("running_var", StringComparison.Ordinal) => (1, 0.25),
        _ when key.EndsWith("running_mean", StringComparison.Ordinal) => (0, 0.1),
        _ when key.EndsWith(".gamma", StringComparison.Ordinal) => (0.5, 0.1),
        _ when shape.Length == 1 && key.EndsWith(".weight", StringComparison.Ordinal) => (1, 0.1),
        _ when shape.Length == 1 => (0, 0.05),
        _ when Tables.Contains(key.Split('.')[^1], StringComparer.Ordinal) => (0, 0.5),
        _ => (0, Math.Sqrt(3.0 * shape[0] / count)),
    };

    private static uint Hash(uint x)
    {
        x ^= x >> 16;
        x *= 0x85EBCA6B;
        x ^= x >> 13;
        x *= 0xC2B2AE35;
        return x ^ (x >> 16);
    }
}
