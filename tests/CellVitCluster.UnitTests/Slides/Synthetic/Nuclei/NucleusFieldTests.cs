using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.Slides.Synthetic.Nuclei;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.UnitTests.Slides.Synthetic.Nuclei;

public sealed class NucleusFieldTests
{
    private const int Side = 6000;

    [Fact]
    public void Every_block_finds_the_nuclei_that_the_whole_slide_finds()
    {
        NucleusField field = Field(seed: 5);
        HashSet<ulong> whole = [.. field.In(new PixelArea(0, 0, 3072, 3072)).Where(n => IsIn(n, new PixelArea(0, 0, 3072, 3072))).Select(n => n.Key)];

        HashSet<ulong> parts = [];
        for (int y = 0; y < 3072; y += 512)
        {
            for (int x = 0; x < 3072; x += 512)
            {
                var area = new PixelArea(x, y, 512, 512);
                parts.UnionWith(field.In(area).Where(n => IsIn(n, area)).Select(n => n.Key));
            }
        }

        whole.Count.ShouldBeGreaterThan(1000);
        parts.SetEquals(whole).ShouldBeTrue();
    }

    [Fact]
    public void No_pixel_belongs_to_two_nuclei()
    {
        var area = new PixelArea(0, 0, 4096, 4096);
        var taken = new bool[area.Width * area.Height];
        int shared = 0;
        foreach (Nucleus nucleus in Field(seed: 8).In(area))
        {
            foreach ((int x, int y) in PixelsOf(nucleus, area))
            {
                shared += taken[(y * area.Width) + x] ? 1 : 0;
                taken[(y * area.Width) + x] = true;
            }
        }

        taken.Count(t => t).ShouldBeGreaterThan(500_000);
        shared.ShouldBe(0);
    }

    [Fact]
    public void Some_nuclei_touch_each_other()
    {
        List<Nucleus> nuclei = Field(seed: 8).In(new PixelArea(0, 0, 2048, 2048));

        int touching = nuclei.Count(first => nuclei.Exists(second => first != second && !first.Outline.IsClearOf(second.Outline, 1.5f)));

        touching.ShouldBeGreaterThan(nuclei.Count / 20);
    }

    [Fact]
    public void Nuclei_crowd_the_seams_of_the_tile_grid_and_their_corners()
    {
        List<Nucleus> nuclei = Field(seed: 7).In(new PixelArea(0, 0, Side, Side));
        const double Band = TileGrid.Overlap / 2.0;

        int onSeam = nuclei.Count(n => FromSeam(n.Outline.Center.X) < Band || FromSeam(n.Outline.Center.Y) < Band);
        int onCorner = nuclei.Count(n => FromSeam(n.Outline.Center.X) < Band && FromSeam(n.Outline.Center.Y) < Band);
        int acrossSeam = nuclei.Count(n => FromSeam(n.Outline.Center.X) < n.Outline.Reach / 2);

        onSeam.ShouldBeGreaterThan((int)(nuclei.Count * 0.14));
        onCorner.ShouldBeGreaterThan(20);
        acrossSeam.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void No_nucleus_crosses_the_sides_of_the_slide()
    {
        foreach (Nucleus nucleus in Field(seed: 7).In(new PixelArea(-100, -100, Side + 200, Side + 200)))
        {
            SlideRect bounds = nucleus.Outline.ToPolygon().Bounds;
            (bounds.X >= 0 && bounds.Y >= 0 && bounds.Right <= Side && bounds.Bottom <= Side).ShouldBeTrue(bounds.ToString());
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(2000)]
    [InlineData(4000)]
    [InlineData(6000)]
    public void Density_is_met_on_average(double wanted)
    {
        const int Far = 8192;
        double nuclei = 0, tissue = 0;
        for (long seed = 100; seed < 104; seed++)
        {
            var options = new SyntheticSlideOptions { Width = Far, Height = Far, Seed = seed, NucleiPerSquareMillimeter = wanted };
            var map = new TissueMap(seed);
            nuclei += new NucleusField(options, map, new GlandField(seed, map)).In(new PixelArea(0, 0, Far, Far)).Count;
            tissue += TissueSquareMillimeters(map, Far);
        }

        (nuclei / tissue).ShouldBe(wanted, wanted * 0.15);
    }

    [Fact]
    public void Density_zero_leaves_the_tissue_empty() =>
        new NucleusField(Options(3, 0), new TissueMap(3), new GlandField(3, new TissueMap(3))).In(new PixelArea(0, 0, Side, Side)).ShouldBeEmpty();

    [Fact]
    public void Sizes_span_four_to_twelve_microns()
    {
        List<double> microns = [.. Field(seed: 7).In(new PixelArea(0, 0, Side, Side))
            .Select(n => 0.25 * 2 * Math.Sqrt(n.Outline.ToPolygon().Area / Math.PI)).Order()];

        microns[0].ShouldBeGreaterThan(3.5);
        microns[^1].ShouldBeLessThan(12);
        microns[^1].ShouldBeGreaterThan(9);
    }

    private static NucleusField Field(long seed)
    {
        var map = new TissueMap(seed);
        return new NucleusField(Options(seed, SyntheticSlideOptions.DefaultNucleiPerSquareMillimeter), map, new GlandField(seed, map));
    }

    private static SyntheticSlideOptions Options(long seed, double density) =>
        new() { Width = Side, Height = Side, Seed = seed, NucleiPerSquareMillimeter = density };

    private static bool IsIn(Nucleus nucleus, PixelArea area) => area.Contains(nucleus.Outline.Center.X, nucleus.Outline.Center.Y);

    private static double FromSeam(double position) =>
        Math.Abs(position - (TileGrid.Stride * Math.Round(position / TileGrid.Stride)));

    private static IEnumerable<(int X, int Y)> PixelsOf(Nucleus nucleus, PixelArea area)
    {
        SlidePolygon polygon = nucleus.Outline.ToPolygon();
        SlideRect bounds = polygon.Bounds;
        for (int y = Math.Max(0, (int)bounds.Y); y < Math.Min(area.Height, bounds.Bottom); y++)
        {
            for (int x = Math.Max(0, (int)bounds.X); x < Math.Min(area.Width, bounds.Right); x++)
            {
                if (polygon.Contains(new SlidePoint(x + 0.5, y + 0.5)))
                {
                    yield return (x, y);
                }
            }
        }
    }

    private static double TissueSquareMillimeters(TissueMap map, int side)
    {
        const int Step = 32;
        int points = 0;
        for (int y = Step / 2; y < side; y += Step)
        {
            for (int x = Step / 2; x < side; x += Step)
            {
                points += map.Tissue(x, y) > 0 ? 1 : 0;
            }
        }

        return points * Math.Pow(Step * 0.25e-3, 2);
    }
}
