using System.Runtime.InteropServices;
using System.Text.Json;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.EndToEndTests;

/// <summary>Writes token classifiers with random weights for the starter's embeddings.</summary>
internal static class ClassifierFixture
{
    /// <summary>Width of the starter's embeddings.</summary>
    public const int TokenWidth = 192;

    public static string Write(string path, string[] labels, int seed, int tokenWidth = TokenWidth)
    {
        const int hidden = 32;
        var random = new Random(seed);
        string configuration = JsonSerializer.Serialize(new
        {
            data = new { label_map = labels.Index().ToDictionary(l => $"{l.Index}", l => l.Item, StringComparer.Ordinal) },
        });
        SafetensorsFile.Save(path, new Checkpoint(
            "LinearClassifier",
            [
                Tensor("fc1.weight", random, hidden, tokenWidth),
                Tensor("fc1.bias", random, hidden),
                Tensor("fc2.weight", random, labels.Length, hidden),
                Tensor("fc2.bias", random, labels.Length),
            ],
            CheckpointConfiguration.FromJson(configuration)));
        return path;
    }

    private static CheckpointTensor Tensor(string name, Random random, params long[] shape)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(random.NextDouble() - 0.5))];
        return new CheckpointTensor(name, ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }
}
