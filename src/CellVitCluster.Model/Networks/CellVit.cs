using CellVitCluster.Model.Decoders;
using CellVitCluster.Model.Devices;
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
    /// <summary>Format of the decoders' maps.</summary>
    private ScalarType _precision = ScalarType.Float32;

    private readonly ImageEncoder encoder;
    private readonly ModuleList<ConvolutionBlock> decoder0;
    private readonly ModuleList<UpsamplingBlock> decoder1;
    private readonly ModuleList<UpsamplingBlock> decoder2;
    private readonly ModuleList<UpsamplingBlock> decoder3;
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
        decoder0 = ModuleList(new ConvolutionBlock(3, w.Image), new ConvolutionBlock(w.Image, w.Full));
        decoder1 = ModuleList(new UpsamplingBlock(width, w.Skip11), new UpsamplingBlock(w.Skip11, w.Skip12), new UpsamplingBlock(w.Skip12, w.Half));
        decoder2 = ModuleList(new UpsamplingBlock(width, w.Skip11), new UpsamplingBlock(w.Skip11, w.Quarter));
        decoder3 = ModuleList(new UpsamplingBlock(width, w.Bottleneck));
        nuclei_binary_map_decoder = new BranchDecoder(width, w, configuration.HasRegression ? 4 : 2);
        hv_map_decoder = new BranchDecoder(width, w, 2);
        nuclei_type_maps_decoder = new BranchDecoder(width, w, configuration.ClassCount);
        classifier_head = isSam && configuration.TissueClassCount > 0 ? Linear(SamEncoder.NeckWidth, configuration.TissueClassCount) : null;
        RegisterComponents();
    }

    /// <summary>The position table that a square image of this side is given, <c>[1, 1 + T·T, D]</c>; owned by the caller.</summary>
    public Tensor ResizedPositions(int side) => ((VisionTransformer)encoder).ResizedPositions(side).alias();

    /// <summary>The branch that tells the class of a nucleus.</summary>
    public BranchDecoder ClassBranch => nuclei_type_maps_decoder;

    /// <summary>
    /// Makes the weights final: evaluation mode, batch norms folded, convolution weights channels-last (the maps are, and mixed layouts
    /// are reordered on every call), moved to the device in the device's precision.
    /// </summary>
    public void PrepareForInference(InferenceDevice device)
    {
        eval();
        foreach (Parameter parameter in parameters())
        {
            parameter.requires_grad = false;
        }

        var options = new PreparationOptions(device.Precision, device.Kernel, device.Threads);
        foreach (Module module in modules())
        {
            (module as IPreparable)?.Prepare(options);
        }

        foreach (Convolution convolution in modules().OfType<Convolution>())
        {
            ChannelsLast.Apply(convolution);
        }

        ScalarType precision = device.Precision switch
        {
            Precision.BFloat16 => ScalarType.BFloat16,
            Precision.Half => ScalarType.Float16,
            _ => ScalarType.Float32,
        };
        encoder.UsePrecision(precision);

        // Our own convolution knows fp32 only; where it wins, it wins against the library's shorter formats too.
        _precision = options.Kernel == ConvolutionKernel.Winograd ? ScalarType.Float32 : precision;
        Module[] decoders = [decoder0, decoder1, decoder2, decoder3, nuclei_binary_map_decoder, hv_map_decoder, nuclei_type_maps_decoder];
        Conv2d[] last = [nuclei_binary_map_decoder.LastLayer, hv_map_decoder.LastLayer, nuclei_type_maps_decoder.LastLayer];
        foreach (Convolution convolution in decoders.SelectMany(part => part.modules()).OfType<Convolution>().Except(last))
        {
            convolution.to(_precision);
        }

        this.to(device.ToTorch());
    }

    /// <summary>Runs the network without gradients.</summary>
    /// <param name="image"><c>[B, 3, H, W]</c>, fp32, normalized, of a size that the network takes.</param>
    /// <param name="wanted">Outputs to compute.</param>
    /// <param name="ended">Told the name of each part (encoder, skips, branches) as it ends; for measurements.</param>
    /// <returns>Outputs, owned by the caller.</returns>
    public NetworkOutput Run(Tensor image, BranchSelection wanted, Action<string>? ended = null)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        EncoderOutput encoded = encoder.Encode(image, wanted.HasFlag(BranchSelection.Tissue));
        Tensor tokens = encoded.Taps[3];                                                      // [B, D, T, T]
        ended?.Invoke("encoder");
        Tensor? nuclei = null, distances = null, classes = null;
        if ((wanted & BranchSelection.Maps) != BranchSelection.None)
        {
            SkipMaps skips = Skip(encoded, image.shape[2], image.shape[3]);
            Tensor bottleneck = tokens.to(_precision);
            ended?.Invoke("skips");
            nuclei = wanted.HasFlag(BranchSelection.Nuclei) ? nuclei_binary_map_decoder.Decode(skips, bottleneck) : null;
            distances = wanted.HasFlag(BranchSelection.Distances) ? hv_map_decoder.Decode(skips, bottleneck) : null;
            classes = wanted.HasFlag(BranchSelection.Classes) ? nuclei_type_maps_decoder.Decode(skips, bottleneck) : null;
            ended?.Invoke("branches");
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

    private SkipMaps Skip(EncoderOutput encoded, long height, long width)
    {
        using Tensor first = decoder0[0].Run(encoded.Image.to(_precision));
        return new SkipMaps(
            MapResize.Apply(decoder0[1].Run(first), height, width),                           // [B, Full, S, S]
            Run(decoder1, encoded.Taps[0].to(_precision)),                                    // [B, Half, S/2, S/2]
            Run(decoder2, encoded.Taps[1].to(_precision)),                                    // [B, Quarter, S/4, S/4]
            Run(decoder3, encoded.Taps[2].to(_precision)));                                   // [B, Bottleneck, S/8, S/8]
    }

    private static Tensor Run(ModuleList<UpsamplingBlock> stack, Tensor tap)
    {
        Tensor x = tap;
        foreach (UpsamplingBlock block in stack)
        {
            Tensor next = block.Run(x);
            if (!ReferenceEquals(x, tap))
            {
                x.Dispose();
            }

            x = next;
        }

        return x;
    }

    private static Tensor? Keep(DisposeScope scope, Tensor? tensor) => tensor is null ? null : scope.Detach(tensor);
}
