using CellVitCluster.Model.Convolutions;
using CellVitCluster.Model.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model.Products;

/// <summary>Against the definition in double precision, on shapes of the published encoders and odd ones.</summary>
public sealed class TokenAttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 16, 1)]
    [InlineData(2, 5, 3, 20, 1)]
    [InlineData(1, 257, 2, 24, 1)]
    [InlineData(1, 1025, 2, 64, 1)]
    [InlineData(3, 389, 2, 80, 1)]
    [InlineData(1, 700, 2, 32, 7)]
    public void Results_equal_the_definition_within_rounding(int batch, int tokens, int heads, int width, double spread)
    {
        foreach (RegisterWidth registers in Enum.GetValues<RegisterWidth>().Where(WinogradConvolution.IsSupported))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor projected = randn([batch, tokens, 3, heads, width], generator: new Generator(5));
            projected.narrow(2, 0, 2).mul_(spread);

            Tensor found = TokenAttention.Forward(projected, threads: 2, registers);

            found.shape.ShouldBe([batch, tokens, heads * width]);
            Difference(found, Definition(projected, null)).ShouldBeLessThan(2e-6 * spread * spread);
        }
    }

    [Theory]
    [InlineData(5, 14, 14, 3, 80)]
    [InlineData(1, 32, 32, 2, 64)]
    [InlineData(1, 9, 40, 2, 16)]
    [InlineData(2, 1, 3, 2, 24)]
    public void Biases_of_row_and_column_are_added_to_the_scores(int batch, int height, int width, int heads, int headWidth)
    {
        foreach (RegisterWidth registers in Enum.GetValues<RegisterWidth>().Where(WinogradConvolution.IsSupported))
        {
            using DisposeScope scope = NewDisposeScope();
            var random = new Generator(6);
            Tensor projected = randn([batch, height * width, 3, heads, headWidth], generator: random);
            Tensor vertical = randn([batch, heads, height, width, height], generator: random) * 2;
            Tensor horizontal = randn([batch, heads, width, height, width], generator: random).transpose(2, 3) * 2;

            Tensor found = TokenAttention.Forward(projected, vertical, horizontal, threads: 2, registers);

            Tensor bias = (vertical.unsqueeze(-1) + horizontal.unsqueeze(-2)).reshape(batch, heads, height * width, height * width);
            Difference(found, Definition(projected, bias)).ShouldBeLessThan(4e-6);
        }
    }

    [Theory]
    [InlineData(50)]
    [InlineData(-50)]
    public void Scores_far_from_zero_neither_overflow_nor_vanish(double level)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = randn([1, 600, 3, 1, 16], generator: new Generator(8));
        using (Tensor queries = projected.narrow(2, 0, 1))
        {
            queries.fill_(level / 4);
        }

        // Keys rise from −1 to 1 over the tokens, so the largest score is met last or first.
        projected.narrow(2, 1, 1).copy_(linspace(-1, 1, 600).reshape(1, 600, 1, 1, 1));

        Tensor found = TokenAttention.Forward(projected, threads: 1);

        Difference(found, Definition(projected, null)).ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void Every_number_of_threads_gives_the_same_bits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = randn([4, 300, 3, 3, 64], generator: new Generator(9));
        Tensor one = TokenAttention.Forward(projected, threads: 1);

        foreach (int threads in new[] { 2, 7 })
        {
            SameBits(TokenAttention.Forward(projected, threads), one).ShouldBeTrue();
        }
    }

    [Fact]
    public void Images_do_not_depend_on_their_batch()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = randn([3, 130, 3, 2, 24], generator: new Generator(10));

        Tensor together = TokenAttention.Forward(projected, threads: 2);

        SameBits(TokenAttention.Forward(projected.narrow(0, 2, 1), threads: 2), together.narrow(0, 2, 1)).ShouldBeTrue();
    }

    [Fact]
    public void Half_precision_is_rounded_once_at_the_end()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = randn([1, 100, 3, 2, 32], generator: new Generator(11)).to(ScalarType.BFloat16);

        Tensor found = TokenAttention.Forward(projected, threads: 2);

        SameBits(found, TokenAttention.Forward(projected.to(ScalarType.Float32), threads: 2).to(ScalarType.BFloat16)).ShouldBeTrue();
    }

    [Fact]
    public void Only_the_result_outlives_the_call()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = rand([1, 6, 3, 2, 16]);
        (Tensor vertical, Tensor horizontal) = (rand([1, 2, 2, 3, 2]), rand([1, 2, 2, 3, 3]));
        int before = scope.DisposablesCount;

        TokenAttention.Forward(projected, vertical, horizontal, threads: 1);

        scope.DisposablesCount.ShouldBe(before + 1);
    }

    [Fact]
    public void Tensors_of_another_shape_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();

        Should.Throw<ArgumentException>(() => TokenAttention.Forward(rand([1, 6, 2, 2, 16]), 1)).ParamName.ShouldBe("projected");
        Should.Throw<ArgumentException>(() => TokenAttention.Forward(rand([1, 6, 3, 2, 16]), rand([1, 2, 2, 2, 2]), rand([1, 2, 2, 2, 2]), 1))
            .Message.ShouldContain("6 tokens");
        Should.Throw<ArgumentOutOfRangeException>(() => TokenAttention.Forward(rand([1, 6, 3, 2, 16]), 0));
    }

    private static bool SameBits(Tensor left, Tensor right) => left.contiguous().bytes.SequenceEqual(right.contiguous().bytes);

    private static Tensor Definition(Tensor projected, Tensor? bias)
    {
        Tensor parts = projected.to(ScalarType.Float64).permute(2, 0, 3, 1, 4);
        Tensor scores = parts[0].matmul(parts[1].transpose(-1, -2)) / Math.Sqrt(projected.shape[4]);
        Tensor weights = (bias is null ? scores : scores + bias.to(ScalarType.Float64)).softmax(-1);
        return weights.matmul(parts[2]).transpose(1, 2).reshape(projected.shape[0], projected.shape[1], -1);
    }

    private static double Difference(Tensor found, Tensor expected) => (found.to(ScalarType.Float64) - expected).abs().max().item<double>();
}
