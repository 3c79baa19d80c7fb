using BitMiracle.LibTiff.Classic;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Opening;
using CellVitCluster.TestSupport;
using SkiaSharp;

namespace CellVitCluster.UnitTests.Slides.Opening;

public sealed class PictureSlideTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("png")]
    [InlineData("tiff")]
    public void Lossless_pictures_are_read_to_the_bit(string kind)
    {
        string path = kind == "png"
            ? PictureFiles.WriteSkia(_folder.File("a"), 37, 23, PictureFiles.Pattern)
            : PictureFiles.WriteTiff(_folder.File("a"), 37, 23, PictureFiles.Pattern, 72, ResUnit.INCH, Compression.LZW);
        PictureSlide.CanOpen(path).ShouldBeTrue();
        using ISlide slide = PictureSlide.Open(new SlideSource(path));

        (slide.Metadata.Vendor, slide.Metadata.Width, slide.Metadata.Height).ShouldBe(("image", 37, 23));
        slide.Metadata.Mpp.ShouldBeNull();
        byte[] rgb = Read(slide, 0, 0, 0, 37, 23);
        for (int i = 0; i < 37 * 23; i++)
        {
            new SKColor(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]).ShouldBe(PictureFiles.Pattern(i % 37, i / 37));
        }
    }

    [Fact]
    public void A_jpeg_is_read_with_its_colors_in_order()
    {
        string path = PictureFiles.WriteSkia(_folder.File("a"), 64, 64, (_, _) => new SKColor(200, 120, 40), SKEncodedImageFormat.Jpeg);
        using ISlide slide = PictureSlide.Open(new SlideSource(path));

        byte[] rgb = Read(slide, 30, 30, 0, 1, 1);

        Math.Abs(rgb[0] - 200).ShouldBeLessThan(4);
        Math.Abs(rgb[1] - 120).ShouldBeLessThan(4);
        Math.Abs(rgb[2] - 40).ShouldBeLessThan(4);
    }

    [Fact]
    public void Transparency_is_laid_on_white_and_the_outside_is_white()
    {
        string path = PictureFiles.WriteSkia(_folder.File("a"), 2, 1, (x, _) => x == 0 ? SKColors.Transparent : new SKColor(0, 0, 0, 51));
        using ISlide slide = PictureSlide.Open(new SlideSource(path));

        byte[] rgb = Read(slide, -1, -1, 0, 4, 3);

        rgb[(3 * 4)..(3 * 7)].ShouldBe(new byte[] { 255, 255, 255, 255, 255, 255, 204, 204, 204 });
        rgb.Where((_, i) => i is < 18 or > 20).ShouldAllBe(v => v == 255);
    }

    [Fact]
    public void Reduced_levels_are_box_means_and_cover_odd_sides()
    {
        string path = PictureFiles.WriteSkia(_folder.File("a"), 1025, 3, (x, y) => new SKColor((byte)(x % 2 * 100), (byte)(y * 10), 5));
        using ISlide slide = PictureSlide.Open(new SlideSource(path));

        slide.Metadata.Levels.ShouldBe([new SlideLevel(1025, 3, 1), new SlideLevel(513, 2, 2)]);
        Read(slide, 0, 0, 1, 1, 1).ShouldBe(new byte[] { 50, 5, 5 });
        Read(slide, 1024, 2, 1, 1, 1).ShouldBe(new byte[] { 0, 20, 5 });
        Read(slide, 1026, 0, 1, 1, 1).ShouldBe(new byte[] { 255, 255, 255 });
    }

    [Theory]
    [InlineData(40_000, ResUnit.CENTIMETER, 0.25)]
    [InlineData(50_800, ResUnit.INCH, 0.5)]
    public void A_microscopic_TIFF_resolution_is_the_pixel_size(double perUnit, ResUnit unit, double expected)
    {
        string path = PictureFiles.WriteTiff(_folder.File("a"), 8, 8, PictureFiles.Pattern, perUnit, unit, Compression.NONE);

        using ISlide slide = PictureSlide.Open(new SlideSource(path));
        using ISlide stated = PictureSlide.Open(new SlideSource(path, new Mpp(0.4), 10));

        slide.Metadata.Mpp!.Value.MicronsPerPixel.ShouldBe(expected, 1e-6);
        slide.Metadata.MppOrigin.ShouldBe("TIFF resolution");
        (stated.Metadata.Mpp, stated.Metadata.MppOrigin, stated.Metadata.Magnification).ShouldBe((new Mpp(0.4), "--mpp", 10d));
    }

    [Theory]
    [InlineData("png", 0.5)]
    [InlineData("jpeg", 0.5)]
    [InlineData("tiff", 0.5)]
    [InlineData("png", 0.001)]
    [InlineData("jpeg", 0.001)]
    [InlineData("tiff", 0.0001)]
    public void A_truncated_picture_is_refused_as_damaged(string kind, double share)
    {
        string path = _folder.File("a");
        _ = kind switch
        {
            "tiff" => PictureFiles.WriteTiff(path, 300, 300, Noise, 72, ResUnit.INCH, Compression.ADOBE_DEFLATE),
            "png" => PictureFiles.WriteSkia(path, 300, 300, Noise),
            _ => PictureFiles.WriteSkia(path, 300, 300, Noise, SKEncodedImageFormat.Jpeg),
        };
        PictureFiles.Truncate(path, share);

        var error = Should.Throw<SlideUnreadableException>(() => PictureSlide.Open(new SlideSource(path)));

        error.Code.ShouldBe(ErrorCode.SlideDamaged);
        error.What.ShouldContain(path);
    }

    [Fact]
    public void A_huge_picture_is_refused_by_its_header_alone()
    {
        byte[] data =
        [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A,
            0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 8, 2, 0, 0, 0, 0x4B, 0x1E, 0x34, 0x28,
            0, 0, 0, 0, .. "IDAT"u8, 0x35, 0xAF, 0x06, 0x1E,
        ];
        File.WriteAllBytes(_folder.File("a.png"), data);

        var error = Should.Throw<SlideUnreadableException>(() => PictureSlide.Open(new SlideSource(_folder.File("a.png"))));

        error.Code.ShouldBe(ErrorCode.ImageTooLarge);
        error.Why.ShouldContain("32768 x 32768");
        error.Remedy.ShouldContain("tiled pyramidal TIFF");
    }

    [Fact]
    public void Contents_decide_not_names()
    {
        File.WriteAllText(_folder.File("a.png"), "this is no picture");

        PictureSlide.CanOpen(_folder.File("a.png")).ShouldBeFalse();
        PictureSlide.CanOpen(_folder.File("missing.png")).ShouldBeFalse();
        Should.Throw<SlideUnreadableException>(() => PictureSlide.Open(new SlideSource(_folder.File("a.png"))))
            .Code.ShouldBe(ErrorCode.SlideFormatUnknown);
        Should.Throw<SlideUnreadableException>(() => PictureSlide.Open(new SlideSource(_folder.File("missing.png"))))
            .Code.ShouldBe(ErrorCode.SlideMissing);
    }

    [Fact]
    public void A_real_tile_is_read_by_several_threads_alike()
    {
        string path = SharedData.Path("data", "tiles", "images", "tnbc_07_1.png");
        using ISlide slide = PictureSlide.Open(new SlideSource(path));
        byte[] whole = Read(slide, 0, 0, 0, 512, 512);

        Parallel.For(0, 64, i => Read(slide, 8 * i, 0, 0, 8, 512)[..24].ShouldBe(whole[(24 * i)..(24 * (i + 1))]));

        whole.Average(v => v).ShouldBeInRange(150, 220);
    }

    [Fact]
    public void A_disposed_picture_says_so()
    {
        ISlide slide = PictureSlide.Open(new SlideSource(PictureFiles.WriteSkia(_folder.File("a"), 4, 4, PictureFiles.Pattern)));
        slide.Dispose();

        Should.Throw<ObjectDisposedException>(() => Read(slide, 0, 0, 0, 1, 1));
    }

    private static byte[] Read(ISlide slide, long x, long y, int level, int width, int height)
    {
        var rgb = new byte[3 * width * height];
        slide.Read(x, y, level, width, height, rgb);
        return rgb;
    }

    private static SKColor Noise(int x, int y)
    {
        uint value = (uint)((x * 73856093) ^ (y * 19349663)) * 2654435761;
        return new SKColor((byte)value, (byte)(value >> 8), (byte)(value >> 16));
    }
}
