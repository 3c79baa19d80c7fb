using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Rendering;
using CellVitCluster.TestSupport;
using CellVitCluster.UnitTests.Slides.Opening;
using SkiaSharp;

namespace CellVitCluster.UnitTests.Slides.Rendering;

public sealed class RegionReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void At_scale_one_pixels_come_unchanged()
    {
        using ISlide slide = Slide(40, 30, PictureFiles.Pattern);

        RgbPicture picture = RegionReader.Read(slide, new SlideRect(5, 7, 20, 10), 1);

        (picture.Width, picture.Height).ShouldBe((20, 10));
        for (int i = 0; i < 200; i++)
        {
            PixelOf(picture, i % 20, i / 20).ShouldBe(PictureFiles.Pattern(5 + (i % 20), 7 + (i / 20)));
        }
    }

    [Fact]
    public void A_third_of_the_scale_is_the_mean_of_nine_pixels()
    {
        using ISlide slide = Slide(12, 12, (x, y) => new SKColor((byte)(10 * x), (byte)(10 * y), 100));

        RgbPicture picture = RegionReader.Read(slide, new SlideRect(3, 3, 6, 6), 1 / 3.0);

        (picture.Width, picture.Height).ShouldBe((2, 2));
        PixelOf(picture, 0, 0).ShouldBe(new SKColor(40, 40, 100));
        PixelOf(picture, 1, 1).ShouldBe(new SKColor(70, 70, 100));
    }

    [Fact]
    public void Twice_the_scale_interpolates_between_centers()
    {
        using ISlide slide = Slide(8, 8, (x, _) => new SKColor((byte)(x * 20), 0, 0));

        RgbPicture picture = RegionReader.Read(slide, new SlideRect(2, 2, 4, 4), 2);

        Enumerable.Range(0, 4).Select(x => (int)PixelOf(picture, x, 3).Red).ShouldBe([35, 45, 55, 65]);
    }

    [Fact]
    public void Pieces_and_reduced_levels_join_without_a_seam()
    {
        using ISlide slide = Slide(5000, 64, (x, y) => new SKColor((byte)(x / 20), (byte)(y * 2), 7));

        RgbPicture picture = RegionReader.Read(slide, new SlideRect(0, 0, 5000, 64), 0.4);

        (picture.Width, picture.Height).ShouldBe((2000, 26));
        for (int x = 2; x < 1998; x++)
        {
            ((double)PixelOf(picture, x, 12).Red).ShouldBe((x + 0.5) * 2.5 / 20, 1.0, $"{x}");
        }
    }

    [Fact]
    public void Outside_the_slide_is_white()
    {
        using ISlide slide = Slide(4, 4, (_, _) => SKColors.Black);

        RgbPicture picture = RegionReader.Read(slide, new SlideRect(-4, -4, 12, 12), 0.5);

        PixelOf(picture, 0, 0).ShouldBe(SKColors.White);
        PixelOf(picture, 2, 2).ShouldBe(SKColors.Black);
        PixelOf(picture, 5, 5).ShouldBe(SKColors.White);
    }

    [Theory]
    [InlineData(20_000, 20_000, 1)]
    [InlineData(1e300, 10, 1e10)]
    [InlineData(10, 10, 0)]
    [InlineData(10, 10, -1)]
    [InlineData(10, double.NaN, 1)]
    public void Pictures_without_pixels_or_with_too_many_are_refused(double width, double height, double scale)
    {
        using ISlide slide = Slide(4, 4, PictureFiles.Pattern);

        Should.Throw<ConfigurationException>(() => RegionReader.Read(slide, new SlideRect(0, 0, width, height), scale))
            .Remedy.ShouldContain("smaller");
    }

    private ISlide Slide(int width, int height, Func<int, int, SKColor> colorOf) =>
        PictureSlide.Open(new SlideSource(PictureFiles.WriteSkia(_folder.File("a"), width, height, colorOf)));

    private static SKColor PixelOf(RgbPicture picture, int x, int y)
    {
        ReadOnlySpan<byte> pixel = picture.Rgb.AsSpan(3 * ((y * picture.Width) + x), 3);
        return new SKColor(pixel[0], pixel[1], pixel[2]);
    }
}
