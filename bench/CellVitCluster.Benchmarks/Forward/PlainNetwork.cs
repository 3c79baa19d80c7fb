using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>
/// The baseline: the network as published, operation by operation, on the same library. Three complete branches that each run all skip
/// stacks, batch norms of their own, maps in NCHW, attention scores materialized, tissue logits included. Source: spec/model.md §3, §4.
/// </summary>
/// <param name="weights">State dictionary with its published keys.</param>
/// <param name="norms">Batch norms by their published names, in evaluation mode.</param>
/// <param name="encoder">The encoder.</param>
internal sealed class PlainNetwork(
    IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, BatchNorm2d> norms, IPlainEncoder encoder)
{
    private static readonly string[] Branches = ["nuclei_binary_map_decoder", "hv_map_decoder", "nuclei_type_maps_decoder"];

    /// <summary>Runs the network.</summary>
    /// <param name="image"><c>[B, 3, S, S]</c>.</param>
    /// <param name="ended">Told the name of each part as it ends.</param>
    /// <returns>Three maps <c>[B, channels, S, S]</c> and the tokens <c>[B, D, T, T]</c>, in the current dispose scope.</returns>
    public Tensor[] Run(Tensor image, Action<string> ended)
    {
        Tensor[] taps = encoder.Encode(image);                                                // 4 × [B, D, T, T]
        ended("encoder");
        var maps = new Tensor[Branches.Length];
        for (int i = 0; i < Branches.Length; i++)
        {
            // As Python does: what a branch no longer names is freed, everything it still names stays.
            using DisposeScope scope = NewDisposeScope();
            maps[i] = scope.MoveToOuter(Decode(Branches[i], image, taps));
            ended("branches");
        }

        return [.. maps, taps[3]];
    }

    /// <summary>
    /// What has a name stays until the branch ends, and what is handed to a stage until the stage ends, as in a Python function; only what a
    /// stage makes on its way is freed at once.
    /// </summary>
    private Tensor Decode(string branch, Tensor image, Tensor[] taps)
    {
        Tensor u4 = Up(branch + ".bottleneck_upsampler", taps[3]);                            // [B, bn, S/8, S/8]
        Tensor u3 = Stage(branch + ".decoder3_upsampler", Skip("decoder3", taps[2], blocks: 1), u4, blocks: 3);
        Tensor u2 = Stage(branch + ".decoder2_upsampler", Skip("decoder2", taps[1], blocks: 2), u3, blocks: 2);
        Tensor u1 = Stage(branch + ".decoder1_upsampler", Skip("decoder1", taps[0], blocks: 3), u2, blocks: 2);
        using Tensor first = ConvolutionBlock("decoder0.0", image);
        Tensor z0 = ConvolutionBlock("decoder0.1", first);                                    // [B, 64, S, S]
        Tensor joined = cat([z0, u1], dim: 1);
        using Tensor header0 = ConvolutionBlock(branch + ".decoder0_header.0", joined);
        using Tensor header1 = ConvolutionBlock(branch + ".decoder0_header.1", header0);
        return functional.conv2d(header1, weights[branch + ".decoder0_header.2.weight"], weights[branch + ".decoder0_header.2.bias"]);
    }

    private Tensor Stage(string name, Tensor skip, Tensor upsampled, int blocks)
    {
        using Tensor joined = cat([skip, upsampled], dim: 1);
        Tensor x = joined;
        for (int i = 0; i < blocks; i++)
        {
            Tensor next = ConvolutionBlock($"{name}.{i}", x);
            if (i > 0)
            {
                x.Dispose();
            }

            x = next;
        }

        using Tensor last = x;
        return Up($"{name}.{blocks}", last);
    }

    private Tensor Skip(string name, Tensor tap, int blocks)
    {
        Tensor x = DeconvolutionBlock(name + ".0", tap);
        for (int i = 1; i < blocks; i++)
        {
            Tensor next = DeconvolutionBlock($"{name}.{i}", x);
            x.Dispose();
            x = next;
        }

        return x;
    }

    private Tensor ConvolutionBlock(string name, Tensor x)
    {
        using Tensor convolved = Convolve(name + ".block.0", x);
        return NormalizeAndRectify(name + ".block.1", convolved);
    }

    private Tensor DeconvolutionBlock(string name, Tensor x)
    {
        using Tensor upsampled = Up(name + ".block.0", x);
        using Tensor convolved = Convolve(name + ".block.1", upsampled);
        return NormalizeAndRectify(name + ".block.2", convolved);
    }

    private Tensor Convolve(string name, Tensor x) =>
        functional.conv2d(x, weights[name + ".weight"], weights[name + ".bias"], padding: [1, 1]);

    private Tensor Up(string name, Tensor x) =>
        functional.conv_transpose2d(x, weights[name + ".weight"], weights[name + ".bias"], strides: [2, 2]);

    private Tensor NormalizeAndRectify(string name, Tensor x)
    {
        using Tensor normalized = norms[name].forward(x);
        return functional.relu(normalized);
    }
}
