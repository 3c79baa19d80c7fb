using CellVitCluster.Model.Convolutions;
using CellVitCluster.Model.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model.Products;

/// <summary>Against the definition in double precision, for sizes that do and do not fill registers, panels and blocks.</summary>
public sealed class PackedLinearTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(13, 7, 5)]
    [InlineData(15, 129, 33)]
    [InlineData(225, 128, 257)]
    [InlineData(577, 384, 1152)]
    [InlineData(300, 1300, 300)]
    public void Results_equal_the_definition_for_any_size_and_do_not_depend_on_threads(int rows, int inputs, int outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        var random = new Generator(11);
        Tensor weights = randn([outputs, inputs], generator: random) / Math.Sqrt(inputs);
        Tensor bias = randn([outputs], generator: random);
        Tensor x = randn([1, rows, inputs], generator: random);
        Tensor expected = matmul(Double(x), Double(weights).t()) + Double(bias);
        foreach (RegisterWidth width in Enum.GetValues<RegisterWidth>().Where(WinogradConvolution.IsSupported))
        {
            using var linear = new PackedLinear(weights.data<float>().ToArray(), bias.data<float>().ToArray(), inputs, width);

            Tensor found = linear.Forward(x, threads: 1);

            found.shape.ShouldBe([1, rows, outputs]);
            found.is_contiguous().ShouldBeTrue();
            (Double(found) - expected).abs().max().item<double>().ShouldBeLessThan(1e-5);
            linear.Forward(x, threads: 2).bytes.SequenceEqual(found.bytes).ShouldBeTrue();
            linear.Forward(x, threads: 7).bytes.SequenceEqual(found.bytes).ShouldBeTrue();
        }
    }

    [Fact]
    public void Tensors_of_another_layout_type_or_width_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        using var linear = new PackedLinear(new float[6], new float[2], inputs: 3);

        Should.Throw<ArgumentException>(() => linear.Forward(rand(4, 5), 1)).Message.ShouldContain("[..., 3]");
        Should.Throw<ArgumentException>(() => linear.Forward(rand(3, 4).t(), 1));
        Should.Throw<ArgumentException>(() => linear.Forward(Double(rand(4, 3)), 1));
        linear.Forward(rand(0, 3), 1).shape.ShouldBe([0, 2]);
    }

    private static Tensor Double(Tensor tensor) => tensor.to(ScalarType.Float64);
}
