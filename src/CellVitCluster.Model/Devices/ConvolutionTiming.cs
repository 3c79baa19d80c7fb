using System.Diagnostics;
using CellVitCluster.Model.Convolutions;
using CellVitCluster.Model.Decoders;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Devices;

/// <summary>
/// Finds the faster form of the 3 × 3 convolution on this processor: which one wins depends on its vector unit and caches, not on its name
/// alone. Takes about half a second.
/// </summary>
internal static class ConvolutionTiming
{
    private const int Side = 256;
    private const int Rounds = 5;

    /// <summary>The layer whose shape costs most in every network: two maps of 64 channels in, one out.</summary>
    private static readonly ConvolutionChannels Channels = new(64, 64, 64);

    /// <summary>A form must win by this much to be preferred to the library's: a narrow race would end differently on equal machines.</summary>
    private const double Margin = 0.93;

    /// <summary>Times both forms in turn, so that a passing load hits both.</summary>
    public static ConvolutionKernel Fastest(InferenceDevice device)
    {
        device.Activate();
        if (!WinogradConvolution.CanRun(Channels))
        {
            return ConvolutionKernel.Direct;
        }

        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor first = Map(), second = Map();
        Tensor weight = randn(Channels.Output, Channels.Input, 3, 3);
        Tensor bias = zeros(Channels.Output);
        var options = new PreparationOptions(device.Precision, ConvolutionKernel.Winograd, device.Threads);
        using var winograd = new WinogradConvolution(
            weight.data<float>().ToArray(), bias.data<float>().ToArray(), Channels, rectify: true, options.Tile);
        ScalarType format = device.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        Tensor packed = weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).to(format);
        (Tensor firstInFormat, Tensor secondInFormat, Tensor biasInFormat) = (first.to(format), second.to(format), bias.to(format));
        var direct = new List<double>();
        var own = new List<double>();
        for (int round = 0; round <= Rounds; round++)
        {
            double library = Seconds(() => functional.conv2d(cat([firstInFormat, secondInFormat], dim: 1), packed, biasInFormat, padding: [1, 1]).relu_());
            double ours = Seconds(() => winograd.Forward(first, second, device.Threads));
            if (round > 0)
            {
                direct.Add(library);
                own.Add(ours);
            }
        }

        return own.Min() < Margin * direct.Min() ? ConvolutionKernel.Winograd : ConvolutionKernel.Direct;
    }

    private static Tensor Map() => randn(1, Side, Side, Channels.First).permute(0, 3, 1, 2);

    private static double Seconds(Func<Tensor> run)
    {
        using DisposeScope scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
