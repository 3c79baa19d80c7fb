using CellVitCluster.Model.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>
/// One of the three output branches: from tokens to a map of the input's size. Source: spec/model.md §4.4. On processors the stage at full size,
/// whose maps are the largest of the network, runs strip by strip: its maps never exist whole.
/// </summary>
internal sealed class BranchDecoder : Module
{
    /// <summary>Rows of a strip. A strip and its edges cost a few percent more than the whole, and a tenth of its memory.</summary>
    private const int StripRows = 128;

    /// <summary>
    /// Rows beyond a strip that its result depends on (one per convolution), filled up to the largest tile of the Winograd convolutions, so that
    /// tiles lie alike in every strip and the result has the bits of the whole.
    /// </summary>
    private const int StripEdge = 4;

    private readonly ConvTranspose2d bottleneck_upsampler;
    private readonly ModuleList<Module> decoder3_upsampler;
    private readonly ModuleList<Module> decoder2_upsampler;
    private readonly ModuleList<Module> decoder1_upsampler;
    private readonly ModuleList<Module> decoder0_header;

    public BranchDecoder(int embeddingWidth, DecoderWidths widths, int outputChannels)
        : base(nameof(BranchDecoder))
    {
        (int bottleneck, int quarter, int half, int full) = (widths.Bottleneck, widths.Quarter, widths.Half, widths.Full);
        bottleneck_upsampler = Upsample(embeddingWidth, bottleneck);
        decoder3_upsampler = ModuleList<Module>(
            new ConvolutionBlock(bottleneck, bottleneck, furtherChannels: bottleneck),
            new ConvolutionBlock(bottleneck, bottleneck),
            new ConvolutionBlock(bottleneck, bottleneck),
            Upsample(bottleneck, quarter));
        decoder2_upsampler = ModuleList<Module>(
            new ConvolutionBlock(quarter, quarter, furtherChannels: quarter),
            new ConvolutionBlock(quarter, quarter),
            Upsample(quarter, half));
        decoder1_upsampler = ModuleList<Module>(
            new ConvolutionBlock(half, half, furtherChannels: half),
            new ConvolutionBlock(half, half),
            Upsample(half, full));
        decoder0_header = ModuleList<Module>(
            new ConvolutionBlock(full, full, furtherChannels: full),
            new ConvolutionBlock(full, full),
            Conv2d(full, outputChannels, kernel_size: 1));
        RegisterComponents();
    }

    /// <summary>The 1 × 1 convolution that ends the branch; fp32 in every precision.</summary>
    public Conv2d LastLayer => (Conv2d)decoder0_header[2];

    /// <summary>Runs the branch.</summary>
    /// <param name="skips">Outputs of the skip stacks.</param>
    /// <param name="tokens">Last tap, <c>[B, D, T, T]</c>.</param>
    /// <returns><c>[B, out, S, S]</c>, fp32, in the current dispose scope.</returns>
    public Tensor Decode(SkipMaps skips, Tensor tokens)
    {
        Tensor x = bottleneck_upsampler.forward(tokens);                                      // [B, Bottleneck, S/8, S/8]
        x = Up(decoder3_upsampler, Convolve(decoder3_upsampler, skips.Bottleneck, x));        // [B, Quarter, S/4, S/4]
        x = Up(decoder2_upsampler, Convolve(decoder2_upsampler, skips.Quarter, x));           // [B, Half, S/2, S/2]
        x = Convolve(decoder1_upsampler, skips.Half, x);                                      // [B, Half, 8·T, 8·T]
        if (x.device_type == DeviceType.CPU && 2 * x.shape[2] == skips.Full.shape[2])
        {
            using (x)
            {
                return HeadByStrips(skips.Full, x);                                           // [B, out, S, S]
            }
        }

        x = Up(decoder1_upsampler, x);                                                        // [B, Full, 16·T, 16·T]
        x = MapResize.Apply(x, skips.Full.shape[2], skips.Full.shape[3]);                     // [B, Full, S, S]
        return Head(skips.Full, x);                                                           // [B, out, S, S]
    }

    private Tensor HeadByStrips(Tensor skip, Tensor half)
    {
        long rows = skip.shape[2];
        Tensor map = empty([skip.shape[0], LastLayer.out_channels, rows, skip.shape[3]], ScalarType.Float32);
        for (long image = 0; image < skip.shape[0]; image++)
        {
            for (long top = 0; top < rows; top += StripRows)
            {
                using DisposeScope scope = NewDisposeScope();
                long bottom = Math.Min(top + StripRows, rows);
                long first = Math.Max(top - StripEdge, 0), end = Math.Min(bottom + StripEdge, rows);
                Tensor up = ((ConvTranspose2d)decoder1_upsampler[^1]).forward(Rows(half, image, first / 2, end / 2));
                Tensor strip = Head(Rows(skip, image, first, end), up);                       // [1, out, end − first, S]
                Rows(map, image, top, bottom).copy_(strip.narrow(2, top - first, bottom - top));
            }
        }

        return map;
    }

    private static Tensor Rows(Tensor maps, long image, long first, long end) => maps.narrow(0, image, 1).narrow(2, first, end - first);

    private Tensor Head(Tensor skip, Tensor upsampled)
    {
        using Tensor last = Convolve(decoder0_header, skip, upsampled);
        using Tensor exact = last.to(ScalarType.Float32);
        return LastLayer.forward(exact);
    }

    /// <summary>Runs the convolutions of a stage and frees each map as soon as the next exists: those at full size are the largest of the network.</summary>
    private static Tensor Convolve(ModuleList<Module> stage, Tensor skip, Tensor upsampled)
    {
        Tensor? x = null;
        foreach (ConvolutionBlock block in stage.OfType<ConvolutionBlock>())
        {
            Tensor next = x is null ? block.Run(skip, upsampled) : block.Run(x);
            (x ?? upsampled).Dispose();
            x = next;
        }

        return x!;
    }

    private static Tensor Up(ModuleList<Module> stage, Tensor x)
    {
        using (x)
        {
            return ((ConvTranspose2d)stage[^1]).forward(x);
        }
    }

    private static ConvTranspose2d Upsample(int inputChannels, int outputChannels) =>
        ConvTranspose2d(inputChannels, outputChannels, kernel_size: 2, stride: 2);
}
