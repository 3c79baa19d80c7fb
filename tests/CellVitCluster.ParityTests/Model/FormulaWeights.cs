using System.Text;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.ParityTests.Model;

/// <summary>Weights and images made from a hash, so that networks of any size can be compared without files. Source: spec/model.md §9.</summary>
internal static class FormulaWeights
{
    private static readonly string[] PositionLike = ["pos_embed", "cls_token", "reg_token", "rel_pos_h", "rel_pos_w"];

    /// <summary>Sets every parameter and buffer.</summary>
    /// <param name="module">A module.</param>
    /// <param name="prefix">What stands before its keys in the whole network.</param>
    public static void Fill(Module module, string prefix = "")
    {
        using IDisposable frozen = no_grad();
        foreach ((string name, Tensor target) in module.state_dict())
        {
            string key = prefix + name;
            long count = target.numel();
            uint offset = 7919 * (uint)(Encoding.UTF8.GetBytes(key).Sum(b => b) % 1009);
            Func<double, double> rule = Rule(key, target.shape);
            var values = new float[count];
            Parallel.For(0, (int)((count + 65535) / 65536), block =>
            {
                for (long i = block * 65536L; i < Math.Min(count, (block + 1) * 65536L); i++)
                {
                    values[i] = (float)rule((2.0 * Hash((uint)i + offset) / 4294967296.0) - 1);
                }
            });
            using Tensor filled = tensor(values, target.shape);
            target.copy_(filled);
        }
    }

    /// <summary>The image, <c>[1, 3, side, side]</c>, normalized with 0.5.</summary>
    public static Tensor Image(int side)
    {
        var values = new float[3 * side * side];
        for (int i = 0; i < values.Length; i++)
        {
            double pixel = Math.Floor(256 * (Hash((uint)i + 7919) / 4294967296.0));
            values[i] = (float)(((pixel / 255) - 0.5) / 0.5);
        }

        return tensor(values, [1, 3, side, side]);
    }

    private static Func<double, double> Rule(string key, long[] shape)
    {
        long count = shape.Aggregate(1L, (p, e) => p * e);
        return key switch
        {
            _ when Ends("num_batches_tracked") => _ => 0,
            _ when Ends("running_var") => rho => 1 + (0.25 * rho),
            _ when Ends("running_mean") => rho => 0.1 * rho,
            _ when Ends(".gamma") => rho => 0.5 + (0.1 * rho),
            _ when shape.Length == 1 && Ends(".weight") => rho => 1 + (0.1 * rho),
            _ when shape.Length == 1 => rho => 0.05 * rho,
            _ when PositionLike.Contains(key[(key.LastIndexOf('.') + 1)..], StringComparer.Ordinal) => rho => 0.5 * rho,
            _ => rho => Math.Sqrt(3.0 * shape[0] / count) * rho,
        };

        bool Ends(string end) => key.EndsWith(end, StringComparison.Ordinal);
    }

    private static uint Hash(uint x)
    {
        unchecked
        {
            x ^= x >> 16;
            x *= 0x85EBCA6B;
            x ^= x >> 13;
            x *= 0xC2B2AE35;
            return x ^ (x >> 16);
        }
    }
}
