using CellVitCluster.Slides.Opening;
using CsCheck;

namespace CellVitCluster.UnitTests.Slides.Opening;

public sealed class ArgbCompositorTests
{
    [Fact]
    public void Transparent_shows_the_background_and_opaque_hides_it()
    {
        var rgb = new byte[9];

        ArgbCompositor.Composite([0x00000000, 0xFF102030, 0x80400000], new RgbColor(240, 241, 242), rgb);

        rgb.ShouldBe(new byte[] { 240, 241, 242, 16, 32, 48, 64 + 120, 120, 121 });
    }

    [Fact]
    public void Vector_and_scalar_code_agree_and_nothing_is_written_beyond_the_end() =>
        Gen.UInt.Array[0, 40].Sample(pixels =>
        {
            uint[] argb = [.. pixels.Select(pixel => pixel % 3 == 0 ? 0 : pixel | 0xFF000000)];
            var rgb = new byte[(argb.Length * 3) + 5];
            Array.Fill(rgb, (byte)7);
            ArgbCompositor.Composite(argb, RgbColor.White, rgb.AsSpan(0, argb.Length * 3));
            byte[] expected = [.. argb.SelectMany(Expected), 7, 7, 7, 7, 7];
            return rgb.AsSpan().SequenceEqual(expected);
        });

    private static byte[] Expected(uint argb) =>
        argb == 0 ? [255, 255, 255] : [(byte)(argb >> 16), (byte)(argb >> 8), (byte)argb];

    [Theory]
    [InlineData("F3F4F5", 0xF3, 0xF4, 0xF5)]
    [InlineData(null, 255, 255, 255)]
    [InlineData("red", 255, 255, 255)]
    public void Background_color_of_the_file(string? text, byte r, byte g, byte b) =>
        RgbColor.ParseOrWhite(text).ShouldBe(new RgbColor(r, g, b));
}
