using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Surveying;
using CsCheck;

namespace CellVitCluster.UnitTests.Slides.Surveying;

public sealed class SlideSurveyorTests
{
    private static (byte R, byte G, byte B) White => (255, 255, 255);

    private static (byte R, byte G, byte B) Tissue(long x, long y) => ((byte)(170 + ((x * 7) % 20)), (byte)(80 + ((y * 5) % 20)), 160);

    [Fact]
    public void A_fragment_of_tissue_is_found_wherever_it_lies() =>
        Gen.Select(Gen.Int[0, 11_000], Gen.Int[0, 9_000]).Sample(
            (x, y) =>
            {
                using var slide = new DrawnSlide(
                    12_000, 10_000, 0.25, (px, py) => px >= x && py >= y && px < x + 900 && py < y + 900 ? Tissue(px, py) : White, 2, 4, 8);

                SlideSurvey survey = SlideSurveyor.Survey(slide, CompatibilityMode.Default);

                return survey.Plan.Contains(new TileId((y + 450) / 960, (x + 450) / 960)) && survey.Plan.Count <= 9;
            },
            iter: 6,
            threads: 2);

    [Fact]
    public void A_slide_without_tissue_has_an_empty_plan()
    {
        using var slide = new DrawnSlide(5000, 4000, 0.25, (_, _) => White, 2, 4);

        SlideSurvey survey = SlideSurveyor.Survey(slide, CompatibilityMode.Default);

        survey.Plan.Count.ShouldBe(0);
        survey.Plan.Grid.TileCount.ShouldBe(30);
        survey.TissueSquareMillimeters.ShouldBe(0);
    }

    [Fact]
    public void A_tiny_slide_is_one_tile()
    {
        using var slide = new DrawnSlide(200, 200, 0.25, (x, y) => x > 20 && y > 20 && x < 190 ? Tissue(x, y) : White);

        SlideSurveyor.Survey(slide, CompatibilityMode.Default).Plan.Tiles.ShouldBe([new TileId(0, 0)]);
    }

    [Fact]
    public void A_huge_slide_without_pyramid_is_surveyed_in_small_reads()
    {
        using var slide = new DrawnSlide(30_000, 100, 0.25, (x, y) => x is > 12_000 and < 14_000 ? Tissue(x, y) : White);

        SlideSurvey survey = SlideSurveyor.Survey(slide, CompatibilityMode.Default);

        slide.LargestRead.ShouldBeLessThanOrEqualTo(4096 * 512);
        slide.PixelsByLevel[0].ShouldBe(30_000 * 100);
        survey.Plan.Tiles.ShouldContain(new TileId(0, 13));
        survey.Plan.Count.ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public void The_thumbnail_shows_the_scanners_bounds_and_the_published_program_misplaces_it()
    {
        var bounds = new SlideRect(4000, 3000, 5000, 4000);
        using var whole = new DrawnSlide(16_000, 12_000, 0.25, (_, _) => White);
        using var slide = new DrawnSlide(
            16_000, 12_000, 0.25, (x, y) => x is >= 4000 and < 5000 && y is >= 3000 and < 4000 ? Tissue(x, y) : White, 2, 4)
        {
            Metadata = whole.Metadata with { ActiveArea = bounds, Levels = [new(16_000, 12_000, 1), new(8_000, 6_000, 2), new(4_000, 3_000, 4)] },
        };

        SlideSurveyor.Survey(slide, CompatibilityMode.Default).Plan.Contains(new TileId(0, 0)).ShouldBeTrue();
        SlideSurveyor.Survey(slide, CompatibilityMode.Reference).Plan.Contains(new TileId(0, 0)).ShouldBeFalse();
    }

    [Fact]
    public void Only_tiles_that_meet_the_region_of_interest_are_planned()
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(RealSlides.Tnbc));
        var region = new RegionOfInterest([new RegionPart(new SlidePolygon([1100, 1100, 1300, 1100, 1300, 1300, 1100, 1300]), [])]);

        SlideSurveyor.Survey(slide, CompatibilityMode.Default, region).Plan.Tiles.ShouldBe([new TileId(1, 1)]);
    }

    /// <summary>The expected plans come from an independent implementation of spec/inference.md §6 (NumPy, naive loops).</summary>
    [Theory]
    [InlineData(CompatibilityMode.Default)]
    [InlineData(CompatibilityMode.Reference)]
    public void Plans_of_real_slides_equal_the_independent_implementation(CompatibilityMode mode)
    {
        Picture(Survey(RealSlides.Cmu, mode).Plan).ShouldBe(".###. .###. ##### .###. .###. .###. .###.");

        SlideSurvey mosaic = Survey(RealSlides.Tnbc, mode);
        Picture(mosaic.Plan).ShouldBe("###. #### #### ###.");
        mosaic.Plan.Grid.EffectiveMpp.MicronsPerPixel.ShouldBe(0.25, 1e-9);
        mosaic.TissueSquareMillimeters.ShouldBe(5198538 * 0.0625 / 1e6, 1e-9);
    }

    [Fact]
    public void Sparse_tissue_of_a_real_slide_selects_few_tiles()
    {
        SlideSurvey survey = Survey(RealSlides.Luna, CompatibilityMode.Default);

        survey.Plan.Grid.TileCount.ShouldBe(25 * 22);
        survey.Plan.Count.ShouldBeInRange(1, 60);
    }

    private static SlideSurvey Survey(string path, CompatibilityMode mode)
    {
        using ISlide slide = SlideOpener.Open(new SlideSource(path));
        return SlideSurveyor.Survey(slide, mode);
    }

    private static string Picture(TilePlan plan) => string.Join(
        ' ',
        Enumerable.Range(0, plan.Grid.Rows).Select(row => string.Concat(
            Enumerable.Range(0, plan.Grid.Columns).Select(column => plan.Contains(new TileId(row, column)) ? '#' : '.'))));
}
