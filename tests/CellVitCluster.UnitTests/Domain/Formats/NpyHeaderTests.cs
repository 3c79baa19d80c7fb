using CellVitCluster.Domain.Formats;

namespace CellVitCluster.UnitTests.Domain.Formats;

public class NpyHeaderTests
{
    [Theory]
    [InlineData("<f2", new long[] { 12, 384 })]
    [InlineData("|u1", new long[] { 7 })]
    [InlineData("<u4", new long[] { 2, 3, 4 })]
    public void Header_survives_the_round_trip(string descr, long[] shape)
    {
        byte[] bytes = new NpyHeader(descr, shape).ToBytes(reserve: 128);

        NpyHeader back = NpyHeader.Parse(bytes, out int length);

        back.Descr.ShouldBe(descr);
        back.Shape.ShouldBe(shape);
        length.ShouldBe(bytes.Length);
        (length % 64).ShouldBe(0);
    }

    [Fact]
    public void Other_files_are_refused() => Should.Throw<FormatException>(() => NpyHeader.Parse("not an array at all"u8, out _));
}
