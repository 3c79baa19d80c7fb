using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Targets;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.UnitTests.Detection.Targets;

public sealed class IdealMapsTests
{
    private static readonly byte[] Classes = [0, 4, 2];

    private readonly LabelImage _truth = DrawnLabels.Of(
        "............", "..111...2222", "..111...2222", "..111...2222", "............", "............");

    [Fact]
    public void A_network_that_knows_a_cut_nucleus_and_one_that_does_not_differ_in_its_distances_only()
    {
        var window = new TileRect(1, 0, 9, 6);

        NetworkMaps knowing = IdealMaps.Cut(IdealMaps.Of(_truth, Classes), window);
        NetworkMaps alone = IdealMaps.OfWindowAlone(_truth, window, Classes);

        knowing.Nucleus.ShouldBe(alone.Nucleus);
        knowing.Class.ShouldBe(alone.Class);
        knowing.Class[9 + 1].ShouldBe((byte)4);
        knowing.Class[9 + 7].ShouldBe((byte)2);
        knowing.Horizontal[(2 * 9)..((2 * 9) + 7)].ShouldBe(alone.Horizontal[(2 * 9)..((2 * 9) + 7)]);

        // Of the four columns of the second nucleus the window has two.
        knowing.Horizontal[(2 * 9) + 7].ShouldBe(-1);
        knowing.Horizontal[(2 * 9) + 8].ShouldBe(0);
        alone.Horizontal[(2 * 9) + 8].ShouldBe(1);
    }

    [Fact]
    public void A_window_beyond_the_image_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => IdealMaps.OfWindowAlone(_truth, new TileRect(8, 0, 5, 5), Classes));
        Should.Throw<ArgumentOutOfRangeException>(() => IdealMaps.Cut(IdealMaps.Of(_truth, Classes), new TileRect(0, -1, 5, 5)));
    }

    [Fact]
    public void Noise_belongs_to_the_place_and_keeps_its_bounds()
    {
        var noise = new SmoothNoise(seed: 3, spacing: 5, amplitude: 0.25f);
        NetworkMaps maps = IdealMaps.Of(_truth, Classes);

        NetworkMaps noisy = noise.AddTo(maps, -7, 4);
        NetworkMaps cut = noise.AddTo(IdealMaps.Cut(maps, new TileRect(3, 2, 6, 4)), -4, 6);

        cut.Horizontal.ShouldBe(IdealMaps.Cut(noisy, new TileRect(3, 2, 6, 4)).Horizontal);
        cut.Vertical.ShouldBe(IdealMaps.Cut(noisy, new TileRect(3, 2, 6, 4)).Vertical);
        noisy.Horizontal.Zip(maps.Horizontal, (a, b) => Math.Abs(a - b)).Max().ShouldBeInRange(0.01f, 0.25f);
        noisy.Horizontal.Zip(noisy.Vertical).ShouldContain(pair => pair.First != pair.Second);
    }
}
