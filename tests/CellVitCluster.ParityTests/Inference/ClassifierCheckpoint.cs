using System.Runtime.InteropServices;
using System.Text.Json;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.ParityTests.Inference;

/// <summary>Token classifiers with random weights.</summary>
internal static class ClassifierCheckpoint
{
    public static Checkpoint Random(int width, int hidden, int classes, string[]? labels = null, int seed = 1)
    {
        var random = new Random(seed);
        labels ??= [.. Enumerable.Range(0, classes).Select(id => $"class {id}")];
        string configuration = JsonSerializer.Serialize(new
        {
            data = new { label_map = labels.Select((label, id) => (label, id)).ToDictionary(l => $"{l.id}", l => l.label, StringComparer.Ordinal) },
        });
        return new Checkpoint(
            CellVitCluster.Inference.Classification.ClassifierFile.Architecture,
            [
                Tensor("fc1.weight", Numbers(hidden * width, random), hidden, width),
                Tensor("fc1.bias", Numbers(hidden, random), hidden),
                Tensor("fc2.weight", Numbers(classes * hidden, random), classes, hidden),
                Tensor("fc2.bias", Numbers(classes, random), classes),
            ],
            CheckpointConfiguration.FromJson(configuration));
    }

    public static CheckpointTensor Tensor(string name, float[] values, params long[] shape) =>
        new(name, ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static float[] Numbers(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
}
