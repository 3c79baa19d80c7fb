using CellVitCluster.Model.Decoders;
using CellVitCluster.Model.Encoders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Networks;

/// <summary>
/// The whole network: encoder, four skip stacks that all branches share, three branches. The published code runs the skip stacks anew for
/// each branch; once is the same. Source: spec/model.md §1 and §4.
/// </summary>
internal sealed class CellVit : Module
{
    private readonly ImageEncoder encoder;
    private readonly Sequential decoder0;
    private readonly Sequential decoder1;
    private readonly Sequential decoder2;
    private readonly Sequential decoder3;
    private readonly BranchDecoder nuclei_binary_map_decoder;
    private readonly BranchDecoder hv_map_decoder;
    private readonly BranchDecoder nuclei_type_maps_decoder;
    private readonly Linear? classifier_head;

    public CellVit(NetworkConfiguration configuration)
        : base(nameof(CellVit))
    {
        int width = configuration.EmbeddingWidth;
        DecoderWidths w = configuration.Widths;
        bool isSam = configuration.Family == EncoderFamily.SegmentAnything;
        encoder = isSam ? new SamEncoder(configuration) : new VisionTransformer(configuration);
        decoder0 = Sequential(new ConvolutionBlock(3, w.Image), new ConvolutionBlock(w.Image, w.Full));
        decoder1 = Sequential(new UpsamplingBlock(width, w.Skip11), new UpsamplingBlock(w.Skip11, w.Skip12), new UpsamplingBlock(w.Skip12, w.Half));
        decoder2 = Sequential(new UpsamplingBlock(width, w.Skip11), new UpsamplingBlock(w.Skip11, w.Quarter));
        decoder3 = Sequential(new UpsamplingBlock(width, w.Bottleneck));
        nuclei_binary_map_decoder = new BranchDecoder(width, w, configuration.HasRegression ? 4 : 2);
        hv_map_decoder = new BranchDecoder(width, w, 2);
        nuclei_type_maps_decoder = new BranchDecoder(width, w, configuration.ClassCount);
        classifier_head = isSam && configuration.TissueClassCount > 0 ? Linear(SamEncoder.NeckWidth, configuration.TissueClassCount) : null;
        RegisterComponents();
    }

    /// <summary>The branch that tells the class of a nucleus.</summary>
    public BranchDecoder ClassBranch => nuclei_type_maps_decoder;

    /// <summary>
    /// Makes the weights final: evaluation mode, batch norms folded, convolution weights channels-last (the maps are, and mixed layouts
    /// are reordered on every call), moved to the device.
    /// </summary>
    public void PrepareForInference(Device device)
    {
        eval();
        foreach (Parameter parameter in parameters())
        {
            parameter.requires_grad = false;
        }

        foreach (Module module in modules())
        {
            (module as IFoldable)?.FoldBatchNorm();
            if (module is Convolution convolution)
            {
                ChannelsLast.Apply(convolution);
            }
        }

        this.to(device);
    }

    /// <summary>Runs the network without gradients.</summary>
    /// <param name="image"><c>[B, 3, H, W]</c>, fp32, normalized, of a size that the network takes.</param>
    /// <param name="wanted">Outputs to compute.</param>
    /// <returns>Outputs, owned by the caller.</returns>
    public NetworkOutput Run(Tensor image, BranchSelection wanted)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        EncoderOutput encoded = encoder.Encode(image, wanted.HasFlag(BranchSelection.Tissue));
        Tensor tokens = encoded.Taps[3];                                                      // [B, D, T, T]
        Tensor? nuclei = null, distances = null, classes = null;
        if ((wanted & BranchSelection.Maps) != BranchSelection.None)
        {
            SkipMaps skips = Skip(encoded, image.shape[2], image.shape[3]);
            nuclei = wanted.HasFlag(BranchSelection.Nuclei) ? nuclei_binary_map_decoder.Decode(skips, tokens) : null;
            distances = wanted.HasFlag(BranchSelection.Distances) ? hv_map_decoder.Decode(skips, tokens) : null;
            classes = wanted.HasFlag(BranchSelection.Classes) ? nuclei_type_maps_decoder.Decode(skips, tokens) : null;
        }

        bool regression = nuclei is not null && nuclei.shape[1] == 4;
        return new NetworkOutput
        {
            Tokens = scope.Detach(tokens),
            NucleiBinaryMap = Keep(scope, regression ? nuclei![.., ..2] : nuclei),
            RegressionMap = Keep(scope, regression ? nuclei![.., 2..] : null),
            DistanceMap = Keep(scope, distances),
            NucleiTypeMap = Keep(scope, classes),
            TissueTypes = Keep(scope, encoded.Tissue is null || classifier_head is null ? encoded.Tissue : classifier_head.forward(encoded.Tissue)),
        };
    }

    private SkipMaps Skip(EncoderOutput encoded, long height, long width) => new(
        MapResize.Apply(decoder0.forward(encoded.Image), height, width),                      // [B, Full, S, S]
        decoder1.forward(encoded.Taps[0]),                                                    // [B, Half, S/2, S/2]
        decoder2.forward(encoded.Taps[1]),                                                    // [B, Quarter, S/4, S/4]
        decoder3.forward(encoded.Taps[2]));                                                   // [B, Bottleneck, S/8, S/8]

    private static Tensor? Keep(DisposeScope scope, Tensor? tensor) => tensor is null ? null : scope.Detach(tensor);
}
