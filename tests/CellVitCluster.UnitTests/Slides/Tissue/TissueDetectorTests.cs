using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Tissue;

namespace CellVitCluster.UnitTests.Slides.Tissue;

public sealed class TissueDetectorTests
{
    private const int Step = 6;

    /// <summary>
    /// Every sixth pixel of a real slide with pens, specks, black and grey glass painted in. The expected digests come from an independent
    /// implementation of spec/inference.md §6.2 to §6.4 (NumPy, naive loops).
    /// </summary>
    [Fact]
    public void Mask_of_a_real_thumbnail_with_pen_marks_equals_the_independent_implementation()
    {
        Thumbnail thumbnail = PaintedThumbnail();
        FormulaPicture.DigestOf(thumbnail.Rgb).ShouldBe("b06ecf96f52b561239db271d601f6319");
        byte[] clean = [.. thumbnail.Rgb];
        PenMarkFilter.Apply(clean);
        FormulaPicture.DigestOf(clean).ShouldBe("fed269f60919dc114f942bd7b1c43213");

        BinaryMask tissue = TissueDetector.Detect(thumbnail);

        tissue.Count().ShouldBe(46616);
        FormulaPicture.DigestOf(tissue.Pixels).ShouldBe("83c3e6b70d6032a02f7667e2b77174a7");
    }

    [Fact]
    public void Empty_glass_has_no_tissue()
    {
        var white = new byte[300 * 200 * 3];
        Array.Fill(white, (byte)255);

        TissueDetector.Detect(new Thumbnail(white, 300, 200, 0)).Count().ShouldBe(0);
    }

    /// <summary>Surveys run beside one another on a worker: a copy of the thumbnail more, and each takes tens of megabytes more.</summary>
    [Fact]
    public void Detection_needs_little_more_than_two_bytes_per_pixel()
    {
        const int Side = 2_000;
        var rgb = new byte[Side * Side * 3];
        for (int pixel = 0; pixel < Side * Side; pixel++)
        {
            int x = (pixel % Side) - (Side / 2), y = (pixel / Side) - (Side / 2);
            bool tissue = (x * x) + (y * y) < 700 * 700;
            (rgb[pixel * 3], rgb[(pixel * 3) + 1], rgb[(pixel * 3) + 2]) = tissue ? ((byte)200, (byte)(110 + (pixel % 7)), (byte)170) : ((byte)240, (byte)240, (byte)240);
        }

        var thumbnail = new Thumbnail(rgb, Side, Side, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        BinaryMask tissueMask = TissueDetector.Detect(thumbnail);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan((long)(2.2 * Side * Side));
        tissueMask.Count().ShouldBeInRange((long)(3.1 * 700 * 700), (long)(3.3 * 700 * 700));
    }

    private static Thumbnail PaintedThumbnail()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Cmu));
        int fullWidth = slide.Metadata.Width, fullHeight = slide.Metadata.Height;
        var full = new byte[fullWidth * fullHeight * 3];
        slide.Read(0, 0, 0, fullWidth, fullHeight, full);
        int width = (fullWidth + Step - 1) / Step, height = (fullHeight + Step - 1) / Step;
        var rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Array.Copy(full, ((y * Step * fullWidth) + (x * Step)) * 3, rgb, ((y * width) + x) * 3, 3);
            }
        }

        void Paint(int top, int bottom, int left, int right, byte r, byte g, byte b)
        {
            for (int y = top; y < bottom; y++)
            {
                for (int x = left; x < right; x++)
                {
                    int i = ((y * width) + x) * 3;
                    (rgb[i], rgb[i + 1], rgb[i + 2]) = (r, g, b);
                }
            }
        }

        Paint(20, 60, 30, 200, 40, 100, 170);
        Paint(80, 120, 30, 200, 60, 140, 120);
        Paint(140, 180, 30, 200, 190, 40, 60);
        Paint(200, 240, 30, 200, 0, 0, 0);
        Paint(250, 330, 200, 370, 255, 255, 255);
        Paint(280, 288, 250, 258, 150, 60, 140);
        Paint(310, 316, 300, 306, 150, 60, 140);
        Paint(400, 430, 0, width, 120, 122, 121);
        return new Thumbnail(rgb, width, height, 0);
    }
}
