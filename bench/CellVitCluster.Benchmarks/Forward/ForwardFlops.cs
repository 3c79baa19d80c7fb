using CellVitCluster.Model.Networks;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>Floating-point operations of one 1024² tile, a multiplication with its addition counted as two; only what must be computed once.</summary>
internal static class ForwardFlops
{
    private const double Side = 1024;

    /// <summary>GFLOP per part.</summary>
    public static IReadOnlyDictionary<string, double> Parts(NetworkConfiguration network, int branches)
    {
        DecoderWidths w = network.Widths;
        double tokens = Math.Pow(Side / network.PatchSize, 2), d = network.EmbeddingWidth;
        double linear = 2 * tokens * ((4 * d * d) + (2 * d * network.HiddenWidth));
        double window = 14.0 * 14, padded = Math.Pow(Math.Ceiling(Side / network.PatchSize / 14) * 14, 2);
        int global = network.Architecture == "CellViTSAM" ? 4 : network.Depth;
        double attention = (global * 4 * tokens * tokens * d) + ((network.Depth - global) * 4 * padded * window * d);
        double encoder = (network.Depth * linear) + attention;
        double skips = Convolution(3, w.Image, 1) + Convolution(w.Image, w.Full, 1)
            + Deconvolution(d, w.Skip11, 8) + Deconvolution(w.Skip11, w.Skip12, 4) + Deconvolution(w.Skip12, w.Half, 2)
            + Deconvolution(d, w.Skip11, 8) + Deconvolution(w.Skip11, w.Quarter, 4)
            + Deconvolution(d, w.Bottleneck, 8);
        double branch = Up(d, w.Bottleneck, 8) + Convolution(2 * w.Bottleneck, w.Bottleneck, 8) + (2 * Convolution(w.Bottleneck, w.Bottleneck, 8))
            + Up(w.Bottleneck, w.Quarter, 4) + Convolution(2 * w.Quarter, w.Quarter, 4) + Convolution(w.Quarter, w.Quarter, 4)
            + Up(w.Quarter, w.Half, 2) + Convolution(2 * w.Half, w.Half, 2) + Convolution(w.Half, w.Half, 2)
            + Up(w.Half, w.Full, 1) + Convolution(2 * w.Full, w.Full, 1) + Convolution(w.Full, w.Full, 1);
        return new Dictionary<string, double>(StringComparer.Ordinal) { ["encoder"] = encoder / 1e9, ["skips"] = skips / 1e9, ["branches"] = branches * branch / 1e9 };
    }

    /// <summary>3 × 3 at 1/<paramref name="scale"/> of the side.</summary>
    private static double Convolution(double input, double output, double scale) => 18 * input * output * Math.Pow(Side / scale, 2);

    /// <summary>Transposed 2 × 2 that ends at 1/<paramref name="scale"/> of the side.</summary>
    private static double Up(double input, double output, double scale) => 2 * input * output * Math.Pow(Side / scale, 2);

    private static double Deconvolution(double input, double output, double scale) => Up(input, output, scale) + Convolution(output, output, scale);
}
