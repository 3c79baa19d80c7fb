using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Targets;

namespace CellVitCluster.UnitTests.Detection.Targets;

public sealed class StarDistancesTests
{
    [Fact]
    public void Rays_end_at_the_outer_side_of_the_last_pixel()
    {
        LabelImage labels = DrawnLabels.Of(".......", ".11111.", ".11111.", ".11111.", ".......");

        float[] distances = StarDistances.Of(labels, rays: 4);

        // Column 2, row 2: three pixels to the right, one down, one to the left, one up, each and a half more.
        float[] center = [.. Enumerable.Range(0, 4).Select(ray => distances[(ray * 35) + (2 * 7) + 2])];
        center[0].ShouldBe(3.5f, 1e-5);
        center[1].ShouldBe(1.5f, 1e-5);
        center[2].ShouldBe(1.5f, 1e-5);
        center[3].ShouldBe(1.5f, 1e-5);
        distances.Where((_, i) => labels[i % 7, i / 7 % 5] == 0).ShouldAllBe(distance => distance == 0);
    }

    [Fact]
    public void Rays_stop_at_a_neighbor_at_a_gap_and_at_the_side_of_the_image()
    {
        float[] distances = StarDistances.Of(DrawnLabels.Of("112.2", "112.2"), rays: 4);

        distances[0].ShouldBe(1.5f, 1e-5);
        distances[2].ShouldBe(0.5f, 1e-5);
        distances[4].ShouldBe(0.5f, 1e-5);
    }
}
