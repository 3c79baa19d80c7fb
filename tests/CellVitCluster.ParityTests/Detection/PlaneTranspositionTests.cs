using CellVitCluster.Inference.Embeddings;

namespace CellVitCluster.ParityTests.Detection;

public sealed class PlaneTranspositionTests
{
    [Fact]
    public void Every_value_of_any_shape_comes_to_its_place_and_the_rest_stays()
    {
        var random = new Random(1);
        for (int sample = 0; sample < 300; sample++)
        {
            int features = random.Next(1, 35), tokens = random.Next(1, 150), stride = features + random.Next(4);
            float[] source = [.. Enumerable.Range(1, features * tokens).Select(i => (float)i)];
            float[] target = new float[tokens * stride];

            PlaneTransposition.Transpose(source, features, tokens, target, stride);

            for (int i = 0; i < target.Length; i++)
            {
                int feature = i % stride, token = i / stride;
                target[i].ShouldBe(feature < features ? source[(feature * tokens) + token] : 0);
            }
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Should.Throw<ArgumentException>(() => PlaneTransposition.Transpose(new float[7], 2, 4, new float[8], 2));
        Should.Throw<ArgumentException>(() => PlaneTransposition.Transpose(new float[8], 2, 4, new float[7], 2));
        Should.Throw<ArgumentException>(() => PlaneTransposition.Transpose(new float[8], 2, 4, new float[8], 1));
    }
}
