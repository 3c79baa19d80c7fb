using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Inference.Embeddings;

namespace CellVitCluster.ParityTests.Detection;

public sealed class TokenPoolerTests
{
    private const int Width = 75;
    private const int PerSide = 6;
    private const int Patch = 16;

    [Fact]
    public void All_layouts_give_the_mean_of_the_touched_tokens()
    {
        float[] tokens = Tokens();
        float[] tokenMajor = new float[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokenMajor[(i % (PerSide * PerSide) * Width) + (i / (PerSide * PerSide))] = tokens[i];
        }

        // Columns 1 and 2, rows 0 to 2.
        var box = new TileRect(17, 0, 20, 33);
        float[] mean = new float[Width];
        TokenPooler.Pool(tokens, Width, PerSide, Patch, box, mean);
        for (int feature = 0; feature < Width; feature++)
        {
            double expected = Enumerable.Range(0, 6)
                .Average(i => tokens[(feature * PerSide * PerSide) + (i / 2 * PerSide) + 1 + (i % 2)]);
            ((double)mean[feature]).ShouldBe(expected, 1e-6);
        }

        Half[] expectedHalves = [.. mean.Select(value => (Half)value)];
        TokenPooler.PoolAll(tokens, Width, PerSide, Patch, [Cell(box), Cell(box)]).ShouldBe([.. expectedHalves, .. expectedHalves]);
        TokenPooler.PoolTokenMajor(tokenMajor, Width, PerSide, Patch, [Cell(box)]).ShouldBe(expectedHalves);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(33)]
    public void All_layouts_have_the_bits_of_the_sum_row_by_row(int width)
    {
        const int Side = 9;
        var random = new Random(width);
        float[] tokens = [.. Enumerable.Range(0, width * Side * Side).Select(_ => (random.NextSingle() * 200) - 100)];
        float[] tokenMajor = new float[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokenMajor[(i % (Side * Side) * width) + (i / (Side * Side))] = tokens[i];
        }

        TileCell[] cells =
        [
            .. Enumerable.Range(0, 40)
                .Select(_ => Cell(new TileRect(random.Next(Side * Patch), random.Next(Side * Patch), random.Next(1, 70), random.Next(1, 70)))),
        ];
        var expected = new List<Half>();
        foreach (TileCell cell in cells)
        {
            float[] mean = new float[width];
            TokenPooler.Pool(tokens, width, Side, Patch, cell.Box, mean);
            expected.AddRange(mean.Select(value => (Half)value));
        }

        TokenPooler.PoolAll(tokens, width, Side, Patch, cells).ShouldBe([.. expected]);
        TokenPooler.PoolTokenMajor(tokenMajor, width, Side, Patch, cells).ShouldBe([.. expected]);
    }

    [Fact]
    public void A_box_in_the_strip_that_a_shrunk_input_loses_takes_the_last_token()
    {
        float[] tokens = [.. Enumerable.Range(0, 73 * 73).Select(i => (float)i)];
        float[] mean = new float[1];

        TokenPooler.Pool(tokens, 1, 73, 14, new TileRect(1023, 1023, 1, 1), mean, inputScale: 1022 / 1024.0);
        mean[0].ShouldBe((73 * 73) - 1);
        TokenPooler.Pool(tokens, 1, 73, 14, new TileRect(1023, 1023, 1, 1), mean);
        mean[0].ShouldBe((73 * 73) - 1);
    }

    [Theory]
    [InlineData(112, 2, 7, 8)]      // 110.25 … 112.22 of 252: columns 7 and 8; unscaled, column 8 alone
    [InlineData(113, 1, 7, 8)]      // 111.23 … 112.22
    [InlineData(110, 3, 7, 7)]      // 108.28 … 111.23
    [InlineData(255, 1, 17, 17)]    // 251.02 … 252
    public void Boxes_are_brought_to_the_shrunk_input_before_they_are_divided(int x, int width, int first, int last)
    {
        float[] tokens = [.. Enumerable.Range(0, 18 * 18).Select(i => (float)(i % 18))];
        float[] mean = new float[1];
        var box = new TileRect(x, 0, width, 1);

        TokenPooler.Pool(tokens, 1, 18, 14, box, mean, inputScale: 252 / 256.0);

        mean[0].ShouldBe((first + last) / 2f);
        TokenPooler.PoolAll(tokens, 1, 18, 14, [Cell(box)], inputScale: 252 / 256.0).ShouldBe([(Half)mean[0]]);
    }

    [Fact]
    public void Values_beyond_half_precision_become_its_largest_finite_value()
    {
        Half[] pooled = TokenPooler.PoolAll([1e9f, -1e9f], 2, 1, Patch, [Cell(new TileRect(0, 0, 4, 4))]);

        pooled.ShouldBe([Half.MaxValue, Half.MinValue]);
    }

    [Fact]
    public void Tokens_of_the_wrong_length_are_refused() =>
        Should.Throw<ArgumentException>(() => TokenPooler.PoolAll(new float[5], 2, 2, Patch, [Cell(new TileRect(0, 0, 1, 1))]));

    private static float[] Tokens() => [.. Enumerable.Range(0, Width * PerSide * PerSide).Select(i => MathF.Sin(i * 1.7f))];

    private static TileCell Cell(TileRect box) => new()
    {
        Box = box,
        Centroid = default,
        Contour = new TileContour(new short[6]),
        AreaPixels = 1,
        Class = 0,
        ClassShare = 0,
        NucleusProbability = 0,
    };
}
