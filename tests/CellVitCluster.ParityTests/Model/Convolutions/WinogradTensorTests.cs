using CellVitCluster.Model.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model.Convolutions;

/// <summary>Against the library's convolution in double precision, on layers of the published decoders.</summary>
public sealed class WinogradTensorTests
{
    [Theory]
    [InlineData(nameof(WinogradTile.Of2), 312, 312, 312, 32, 32, 2e-5)]
    [InlineData(nameof(WinogradTile.Of2), 512, 0, 256, 32, 24, 2e-5)]
    [InlineData(nameof(WinogradTile.Of2), 64, 64, 64, 65, 63, 2e-5)]
    [InlineData(nameof(WinogradTile.Of4), 312, 312, 312, 32, 32, 1e-4)]
    [InlineData(nameof(WinogradTile.Of4), 512, 0, 256, 32, 24, 1e-4)]
    [InlineData(nameof(WinogradTile.Of4), 64, 64, 64, 65, 63, 1e-4)]
    public void Tensors_of_decoder_layers_equal_the_librarys_within_rounding(
        string tile, int first, int second, int output, int height, int width, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        var random = new Generator(7);
        Tensor weights = randn([output, first + second, 3, 3], generator: random) * Math.Sqrt(2.0 / (9 * (first + second)));
        Tensor bias = randn([output], generator: random);
        Tensor a = ChannelsLast(randn([2, height, width, first], generator: random));
        Tensor? b = second == 0 ? null : ChannelsLast(randn([2, height, width, second], generator: random));
        var channels = new ConvolutionChannels(first, second, output);
        using var convolution = new WinogradConvolution(
            weights.data<float>().ToArray(), bias.data<float>().ToArray(), channels, rectify: true, Enum.Parse<WinogradTile>(tile));

        Tensor found = convolution.Forward(a, b, threads: 2);

        Tensor joined = b is null ? a : cat([a, b], dim: 1);
        Tensor expected = nn.functional.conv2d(Double(joined), Double(weights), Double(bias), padding: [1, 1]).relu();
        found.shape.ShouldBe([2, output, height, width]);
        found.permute(0, 2, 3, 1).is_contiguous().ShouldBeTrue();
        (Double(found) - expected).abs().max().item<double>().ShouldBeLessThan(tolerance);
    }

    [Fact]
    public void Only_the_result_outlives_the_call()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor map = ChannelsLast(rand(1, 6, 6, 16));
        using var convolution = new WinogradConvolution(new float[8 * 16 * 9], new float[8], new ConvolutionChannels(16, 0, 8), rectify: false);
        int before = scope.DisposablesCount;

        convolution.Forward(map, second: null, threads: 1);

        scope.DisposablesCount.ShouldBe(before + 1);
    }

    [Fact]
    public void Tensors_of_another_layout_type_or_shape_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        using var convolution = new WinogradConvolution(new float[8 * 16 * 9], new float[8], new ConvolutionChannels(16, 0, 8), rectify: false);

        Should.Throw<ArgumentException>(() => convolution.Forward(rand(1, 16, 6, 6), null, 1)).Message.ShouldContain("[1, 6, 6, 16]");
        Should.Throw<ArgumentException>(() => convolution.Forward(ChannelsLast(rand(1, 6, 6, 8)), null, 1)).ParamName.ShouldBe("first");
        Should.Throw<ArgumentException>(() => convolution.Forward(Double(ChannelsLast(rand(1, 6, 6, 16))), null, 1)).ParamName.ShouldBe("first");
        Tensor fitting = ChannelsLast(rand(1, 6, 6, 16));
        Should.Throw<ArgumentException>(() => convolution.Forward(fitting, fitting, 1)).ParamName.ShouldBe("second");
    }

    private static Tensor ChannelsLast(Tensor pixels) => pixels.permute(0, 3, 1, 2);

    private static Tensor Double(Tensor tensor) => tensor.to(ScalarType.Float64);
}
