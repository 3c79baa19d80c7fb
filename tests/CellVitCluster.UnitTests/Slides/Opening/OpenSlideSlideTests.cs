using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Opening;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides.Opening;

/// <summary>Digests of regions come from pictures that openslide-write-png (Debian, 3.4.1) wrote, read by Pillow.</summary>
public sealed class OpenSlideSlideTests
{
    [Fact]
    public void Region_of_an_aperio_slide_equals_openslides_own_picture()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Cmu));

        byte[] rgb = Read(slide, 1000, 1200, 0, 512, 512);

        rgb[..3].ShouldBe(new byte[] { 228, 152, 161 });
        FormulaPicture.DigestOf(rgb).ShouldBe("1f6508c1c3319acc28317a2ddde1444c");
    }

    [Fact]
    public void Region_of_a_generic_tiff_equals_openslides_own_picture()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Tnbc));

        FormulaPicture.DigestOf(Read(slide, 400, 400, 0, 1024, 1024)).ShouldBe("71efdef527804dde5997212dedf83e27");
    }

    [Fact]
    public void Regions_of_both_levels_of_a_jpeg_2000_slide_equal_openslides_own_picture()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Luna));

        // openslide-write-png reads in strips, which moves level 1 by fractions of a px; this digest was read through ctypes in one piece.
        FormulaPicture.DigestOf(Read(slide, 4000, 4000, 1, 300, 200)).ShouldBe("d7b350aa1b4bdf9777a3b0075e18abfa");
        FormulaPicture.DigestOf(Read(slide, 5000, 4000, 0, 300, 200)).ShouldBe("5f4b5e79873085dad73addc828ca94d1");
    }

    [Fact]
    public void Outside_the_slide_is_white()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Cmu));

        Read(slide, -100, -100, 0, 64, 64).ShouldAllBe(value => value == 255);
        Read(slide, 5000, 5000, 0, 64, 64).ShouldAllBe(value => value == 255);
    }

    [Fact]
    public void Metadata_of_an_aperio_slide()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Cmu));

        SlideMetadata metadata = slide.Metadata;
        (metadata.Vendor, metadata.Width, metadata.Height, metadata.Magnification).ShouldBe(("aperio", 2220, 2967, 20.0));
        metadata.Levels.ShouldBe([new SlideLevel(2220, 2967, 1)]);
        metadata.ActiveArea.ShouldBe(new SlideRect(0, 0, 2220, 2967));
        (metadata.Mpp, metadata.MppOrigin).ShouldBe((new Mpp(0.499), "openslide.mpp-x"));
    }

    [Fact]
    public void A_generic_tiff_states_its_pixel_size_as_resolution_and_the_user_can_overrule_it()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Tnbc));
        slide.Metadata.Mpp!.Value.MicronsPerPixel.ShouldBe(0.25, 1e-12);
        slide.Metadata.MppOrigin.ShouldBe("TIFF resolution");
        slide.Metadata.Magnification.ShouldBe(40);

        using ISlide overruled = SlideOpener.Open(new SlideSource(RealSlides.Tnbc, new Mpp(0.5), 63));
        overruled.Metadata.Mpp.ShouldBe(new Mpp(0.5));
        overruled.Metadata.Magnification.ShouldBe(63);
    }

    [Fact]
    public void Metadata_keeps_nothing_personal()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Cmu));

        string everything = slide.Metadata.ToString();

        everything.ShouldNotContain("b414003d");
        everything.ShouldNotContain("12/29/09");
        everything.ShouldNotContain("CPAPERIOCS");
    }

    [Fact]
    public void Many_threads_read_the_same_pixels()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Tnbc));

        var digests = new string[24];
        Parallel.For(0, digests.Length, i => digests[i] = FormulaPicture.DigestOf(Read(slide, 256 * (i % 3), 400, 0, 700, 700)));

        for (int i = 0; i < digests.Length; i++)
        {
            digests[i].ShouldBe(FormulaPicture.DigestOf(Read(slide, 256 * (i % 3), 400, 0, 700, 700)));
        }
    }

    [Fact]
    public void A_damaged_region_costs_that_region_and_not_the_slide_for_any_thread()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("damaged.svs");
        byte[] bytes = File.ReadAllBytes(RealSlides.Cmu);
        bytes.AsSpan(400_000, 40_000).Clear();
        File.WriteAllBytes(path, bytes);
        using ISlide intact = SlideOpener.Open(new SlideSource(RealSlides.Cmu));
        using ISlide slide = SlideOpener.Open(new SlideSource(path));
        (int X, int Y)[] places = [.. from y in Enumerable.Range(0, 12) from x in Enumerable.Range(0, 9) select (x * 240, y * 240)];

        var outcomes = new string[places.Length];
        Parallel.For(0, places.Length, i => outcomes[i] = Outcome(slide, places[i].X, places[i].Y));

        outcomes.Count(outcome => outcome == ErrorCode.RegionUnreadable.Value).ShouldBeInRange(1, 20);
        for (int i = 0; i < places.Length; i++)
        {
            if (outcomes[i] != ErrorCode.RegionUnreadable.Value)
            {
                Outcome(slide, places[i].X, places[i].Y).ShouldBe(outcomes[i]);
            }
        }

        int same = Enumerable.Range(0, places.Length).Count(i => outcomes[i] == Outcome(intact, places[i].X, places[i].Y));
        same.ShouldBeGreaterThan(places.Length - 21);
    }

    [Fact]
    public void Reading_after_disposal_is_refused()
    {
        ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Cmu));
        slide.Dispose();

        Should.Throw<ObjectDisposedException>(() => Read(slide, 0, 0, 0, 10, 10));
    }

    private static string Outcome(ISlide slide, int x, int y)
    {
        try
        {
            return FormulaPicture.DigestOf(Read(slide, x, y, 0, 240, 240));
        }
        catch (SlideUnreadableException exception)
        {
            return exception.Code.Value;
        }
    }

    private static byte[] Read(ISlide slide, long x, long y, int level, int width, int height)
    {
        var rgb = new byte[width * height * 3];
        slide.Read(x, y, level, width, height, rgb);
        return rgb;
    }
}
