using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.ClusterTests.Workers;

public class TileRateTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TileRate _rate = new(TimeSpan.FromSeconds(10));

    [Fact]
    public void Steady_work_is_measured_right_from_the_beginning()
    {
        Work(from: 0, seconds: 2, perSecond: 4);

        _rate.PerSecond.ShouldBe(4, 0.5);
    }

    [Fact]
    public void Rate_follows_a_change_within_its_memory()
    {
        Work(from: 0, seconds: 30, perSecond: 2);
        Work(from: 30, seconds: 40, perSecond: 8);

        _rate.PerSecond.ShouldBe(8, 0.3);
    }

    [Fact]
    public void Waiting_for_work_is_not_slowness()
    {
        Work(from: 0, seconds: 20, perSecond: 4);
        double before = _rate.PerSecond;
        _rate.Update(Start.AddSeconds(20), busy: false, completed: 0);

        _rate.Update(Start.AddSeconds(4_000), busy: true, completed: 0);

        _rate.PerSecond.ShouldBe(before, 1e-9);
    }

    [Fact]
    public void Before_the_first_tile_nothing_is_known()
    {
        _rate.Update(Start, busy: true, completed: 0);

        _rate.PerSecond.ShouldBe(0);
    }

    private void Work(double from, int seconds, int perSecond)
    {
        _rate.Update(Start.AddSeconds(from), busy: true, completed: 0);
        for (int i = 1; i <= seconds * perSecond; i++)
        {
            _rate.Update(Start.AddSeconds(from + (i / (double)perSecond)), busy: true, completed: 1);
        }
    }
}
