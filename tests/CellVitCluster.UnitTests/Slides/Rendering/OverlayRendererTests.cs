using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Slides.Rendering;
using SkiaSharp;

namespace CellVitCluster.UnitTests.Slides.Rendering;

public sealed class OverlayRendererTests
{
    private static readonly CellClass Neoplastic = new(1, "Neoplastic", 255, 0, 0);
    private static readonly SKColor Gray = new(120, 130, 140);

    [Fact]
    public void A_square_outline_gets_the_class_color_and_its_inside_stays()
    {
        // The picture shows level-0 px 1000 … 1200 at half scale: the square's sides lie at px 20 and 60.
        var square = new SlidePolygon([1040, 2040, 1120, 2040, 1120, 2120, 1040, 2120]);

        using SKBitmap bitmap = Render(new SlideRect(1000, 2000, 200, 200), [new CellOutline(square, Neoplastic)], lineWidth: 2);

        (bitmap.Width, bitmap.Height).ShouldBe((100, 100));
        foreach (int along in new[] { 21, 40, 59 })
        {
            foreach (int side in new[] { 19, 20, 59, 60 })
            {
                bitmap.GetPixel(side, along).ShouldBe(SKColors.Red);
                bitmap.GetPixel(along, side).ShouldBe(SKColors.Red);
            }
        }

        bitmap.GetPixel(40, 40).ShouldBe(Gray);
        bitmap.GetPixel(22, 40).ShouldBe(Gray);
        bitmap.GetPixel(17, 40).ShouldBe(Gray);
    }

    [Fact]
    public void Slanted_lines_are_smooth()
    {
        var triangle = new SlidePolygon([10, 10, 90, 33, 50, 90]);

        using SKBitmap bitmap = Render(new SlideRect(0, 0, 100, 100), [new CellOutline(triangle, Neoplastic)], lineWidth: 1.5f);

        HashSet<SKColor> colors = [.. bitmap.Pixels];
        colors.Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Cells_outside_the_area_change_nothing()
    {
        var far = new SlidePolygon([500, 500, 510, 500, 510, 510]);

        using SKBitmap bitmap = Render(new SlideRect(0, 0, 100, 100), [new CellOutline(far, Neoplastic)], lineWidth: 2);

        bitmap.Pixels.ShouldAllBe(pixel => pixel == Gray);
    }

    [Fact]
    public void A_picture_needs_three_bytes_per_pixel() =>
        Should.Throw<ArgumentException>(() => new RgbPicture(new byte[11], 2, 2)).Message.ShouldContain("need 12 bytes");

    private static SKBitmap Render(SlideRect area, IEnumerable<CellOutline> cells, float lineWidth)
    {
        var rgb = new byte[3 * 100 * 100];
        for (int i = 0; i < rgb.Length; i += 3)
        {
            (rgb[i], rgb[i + 1], rgb[i + 2]) = (Gray.Red, Gray.Green, Gray.Blue);
        }

        return SKBitmap.Decode(OverlayRenderer.ToPng(new RgbPicture(rgb, 100, 100), area, cells, lineWidth));
    }
}
