using CellVitCluster.Detection.Targets;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Targets;

public sealed class DistanceProbabilityTests
{
    [Fact]
    public void The_transform_is_the_distance_to_the_nearest_background_pixel() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Double[0.05, 1], Gen.Int[0, int.MaxValue]).Sample(
            (width, height, density, seed) =>
            {
                var random = new Random(seed);
                var transform = new DistanceTransform();
                transform.Begin(40, 40).Fill(1);
                transform.Run();
                Span<int> squares = transform.Begin(width, height);
                var background = new List<(int X, int Y)>();
                for (int i = 0; i < squares.Length; i++)
                {
                    squares[i] = random.NextDouble() < density ? 1 : 0;
                    if (squares[i] == 0)
                    {
                        background.Add((i % width, i / width));
                    }
                }

                int largest = transform.Run();

                largest.ShouldBe(squares.ToArray().Max());
                for (int i = 0; i < squares.Length && background.Count > 0; i++)
                {
                    squares[i].ShouldBe(background.Min(other => Square(other.X - (i % width)) + Square(other.Y - (i / width))));
                }
            },
            iter: 60);

    [Fact]
    public void Neighbors_bound_a_nucleus_and_the_side_of_the_image_does_not()
    {
        float[] map = DistanceProbability.Of(DrawnLabels.Of("111222", "111222", "111222"));

        map[..6].ShouldBe([1, 2 / 3f, 1 / 3f, 1 / 3f, 2 / 3f, 1]);
    }

    [Fact]
    public void A_nucleus_without_an_outside_is_one_everywhere() =>
        DistanceProbability.Of(DrawnLabels.Of("11", "11")).ShouldAllBe(value => value == 1);

    [Fact]
    public void Parts_of_one_number_are_scaled_apart()
    {
        const int Width = 11;
        string empty = new('.', Width);
        float[] map = DistanceProbability.Of(DrawnLabels.Of(empty, ".7..777....", "....777....", "....777....", empty, empty, empty));

        map[Width + 1].ShouldBe(1);
        map[(2 * Width) + 5].ShouldBe(1);
        map[(2 * Width) + 4].ShouldBe(0.5f);
    }

    private static int Square(int value) => value * value;
}
