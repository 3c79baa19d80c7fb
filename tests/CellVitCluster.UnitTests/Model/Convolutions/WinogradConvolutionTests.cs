using CellVitCluster.Model.Convolutions;
using CsCheck;

namespace CellVitCluster.UnitTests.Model.Convolutions;

public sealed class WinogradConvolutionTests
{
    private static readonly Gen<Specimen> Specimens = Gen.Select(
        Gen.Int[1, 2], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 40], Gen.Int[1, 70], Gen.Bool, Gen.Int[0, int.MaxValue],
        (batch, height, width, first, second, output, rectify, seed) =>
            new Specimen(batch, height, width, new ConvolutionChannels(first, second, output), rectify, seed));

    public static TheoryData<string, string> Variants
    {
        get
        {
            var variants = new TheoryData<string, string>();
            foreach (RegisterWidth registers in Enum.GetValues<RegisterWidth>().Where(WinogradConvolution.IsSupported))
            {
                variants.Add(nameof(WinogradTile.Of2), registers.ToString());
                variants.Add(nameof(WinogradTile.Of4), registers.ToString());
            }

            return variants;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Any_shape_equals_the_sum_over_taps_and_channels(string tile, string registers)
    {
        Specimens.Sample(
            specimen =>
            {
                float[] found = specimen.Run(Enum.Parse<WinogradTile>(tile), Enum.Parse<RegisterWidth>(registers), threads: 1);
                double[] expected = specimen.Expected();
                for (int i = 0; i < found.Length; i++)
                {
                    found[i].ShouldBe((float)expected[i], Tolerance(tile));
                }
            },
            iter: 60,
            threads: 1);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Chunks_of_depth_add_up(string tile, string registers)
    {
        var specimen = new Specimen(1, 9, 11, new ConvolutionChannels(DepthChunk.Longest + 24, (2 * DepthChunk.Longest) + 1, 24), Rectify: false, Seed: 3);

        float[] found = specimen.Run(Enum.Parse<WinogradTile>(tile), Enum.Parse<RegisterWidth>(registers), threads: 1);

        double[] expected = specimen.Expected();
        for (int i = 0; i < found.Length; i++)
        {
            found[i].ShouldBe((float)expected[i], Tolerance(tile));
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Threads_do_not_change_a_bit(string tile, string registers)
    {
        var specimen = new Specimen(2, 61, 83, new ConvolutionChannels(40, 24, 48), Rectify: true, Seed: 5);
        (WinogradTile size, RegisterWidth width) = (Enum.Parse<WinogradTile>(tile), Enum.Parse<RegisterWidth>(registers));

        float[] alone = specimen.Run(size, width, threads: 1);

        specimen.Run(size, width, threads: 2).ShouldBe(alone);
        specimen.Run(size, width, threads: 7).ShouldBe(alone);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_place_in_the_map_does_not_change_a_bit(string tile, string registers)
    {
        var specimen = new Specimen(1, 48, 64, new ConvolutionChannels(24, 0, 16), Rectify: false, Seed: 7);
        (WinogradTile size, RegisterWidth width) = (Enum.Parse<WinogradTile>(tile), Enum.Parse<RegisterWidth>(registers));
        const int down = 8, right = 12;

        float[] whole = specimen.Run(size, width, threads: 1);
        float[] part = specimen.Crop(down, right).Run(size, width, threads: 1);

        (int height, int row, int channels) = (48 - down, 64 - right, 16);
        for (int y = 1; y < height - 1; y++)
        {
            for (int x = 1; x < row - 1; x++)
            {
                for (int c = 0; c < channels; c++)
                {
                    part[(((y * row) + x) * channels) + c].ShouldBe(whole[((((y + down) * 64) + x + right) * channels) + c]);
                }
            }
        }
    }

    [Fact]
    public void What_is_not_a_number_spreads_to_its_neighbors_only()
    {
        var specimen = new Specimen(1, 8, 8, new ConvolutionChannels(8, 0, 8), Rectify: true, Seed: 11);
        specimen.First[((4 * 8) + 4) * 8] = float.NaN;

        float[] found = specimen.Run(WinogradTile.Of2, registers: null, threads: 1);

        found[((4 * 8) + 4) * 8].ShouldBe(float.NaN);
        found[0].ShouldNotBe(float.NaN);
    }

    [Fact]
    public void Lengths_that_do_not_agree_are_refused()
    {
        using var convolution = new WinogradConvolution(new float[8 * 8 * 9], new float[8], new ConvolutionChannels(8, 0, 8), rectify: false);

        Should.Throw<ArgumentException>(() => convolution.Run(new float[4 * 8], [], new float[5 * 8], 1, 2, 2, 1)).ParamName.ShouldBe("output");
        Should.Throw<ArgumentException>(() => convolution.Run(new float[3 * 8], [], new float[4 * 8], 1, 2, 2, 1)).ParamName.ShouldBe("first");
        Should.Throw<ArgumentException>(() => convolution.Run(new float[4 * 8], new float[4], new float[4 * 8], 1, 2, 2, 1)).ParamName.ShouldBe("second");
        Should.Throw<ArgumentException>(() => new WinogradConvolution(new float[9], new float[8], new ConvolutionChannels(8, 0, 8), rectify: false))
            .ParamName.ShouldBe("weights");
    }

    [Theory]
    [InlineData(3, 0, false)]
    [InlineData(64, 0, true)]
    [InlineData(64, 4, false)]
    [InlineData(312, 312, true)]
    public void Few_input_channels_are_left_to_the_library(int first, int second, bool can)
    {
        WinogradConvolution.CanRun(new ConvolutionChannels(first, second, 32)).ShouldBe(can && WinogradConvolution.IsSupported(RegisterWidth.Bits256));
    }

    /// <summary>Values are around 1 and up to 5; the larger tile is the less exact one.</summary>
    private static float Tolerance(string tile) => string.Equals(tile, nameof(WinogradTile.Of2), StringComparison.Ordinal) ? 2e-5f : 8e-5f;
}
