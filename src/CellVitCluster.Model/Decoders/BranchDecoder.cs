using CellVitCluster.Model.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>One of the three output branches: from tokens to a map of the input's size. Source: spec/model.md §4.4.</summary>
internal sealed class BranchDecoder : Module
{
    private readonly ConvTranspose2d bottleneck_upsampler;
    private readonly Sequential decoder3_upsampler;
    private readonly Sequential decoder2_upsampler;
    private readonly Sequential decoder1_upsampler;
    private readonly Sequential decoder0_header;

    public BranchDecoder(int embeddingWidth, DecoderWidths widths, int outputChannels)
        : base(nameof(BranchDecoder))
    {
        (int bottleneck, int quarter, int half, int full) = (widths.Bottleneck, widths.Quarter, widths.Half, widths.Full);
        bottleneck_upsampler = Upsample(embeddingWidth, bottleneck);
        decoder3_upsampler = Sequential(
            new ConvolutionBlock(2 * bottleneck, bottleneck),
            new ConvolutionBlock(bottleneck, bottleneck),
            new ConvolutionBlock(bottleneck, bottleneck),
            Upsample(bottleneck, quarter));
        decoder2_upsampler = Sequential(
            new ConvolutionBlock(2 * quarter, quarter),
            new ConvolutionBlock(quarter, quarter),
            Upsample(quarter, half));
        decoder1_upsampler = Sequential(
            new ConvolutionBlock(2 * half, half),
            new ConvolutionBlock(half, half),
            Upsample(half, full));
        decoder0_header = Sequential(
            new ConvolutionBlock(2 * full, full),
            new ConvolutionBlock(full, full),
            Conv2d(full, outputChannels, kernel_size: 1));
        RegisterComponents();
    }

    /// <summary>The 1 × 1 convolution that ends the branch.</summary>
    public Conv2d LastLayer => (Conv2d)decoder0_header.children().Last();

    /// <summary>Runs the branch.</summary>
    /// <param name="skips">Outputs of the skip stacks.</param>
    /// <param name="tokens">Last tap, <c>[B, D, T, T]</c>.</param>
    /// <returns><c>[B, out, S, S]</c>, in the current dispose scope.</returns>
    public Tensor Decode(SkipMaps skips, Tensor tokens)
    {
        Tensor x = bottleneck_upsampler.forward(tokens);                                      // [B, Bottleneck, S/8, S/8]
        x = Step(decoder3_upsampler, skips.Bottleneck, x);                                    // [B, Quarter, S/4, S/4]
        x = Step(decoder2_upsampler, skips.Quarter, x);                                       // [B, Half, S/2, S/2]
        x = Step(decoder1_upsampler, skips.Half, x);                                          // [B, Full, 16·T, 16·T]
        x = MapResize.Apply(x, skips.Full.shape[2], skips.Full.shape[3]);                     // [B, Full, S, S]
        return Step(decoder0_header, skips.Full, x);                                          // [B, out, S, S]
    }

    /// <summary>Joins, frees what was joined, and runs the stage: the maps at full size are the largest of the whole network.</summary>
    private static Tensor Step(Sequential stage, Tensor skip, Tensor x)
    {
        using Tensor joined = cat([skip, x], dim: 1);
        x.Dispose();
        return stage.forward(joined);
    }

    private static ConvTranspose2d Upsample(int inputChannels, int outputChannels) =>
        ConvTranspose2d(inputChannels, outputChannels, kernel_size: 2, stride: 2);
}
