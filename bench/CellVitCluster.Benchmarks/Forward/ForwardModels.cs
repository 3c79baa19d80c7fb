using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Networks;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>The networks that are measured, at their published sizes.</summary>
internal static class ForwardModels
{
    /// <summary>Names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hipt", "sam-h"];

    /// <summary>Structure of a network.</summary>
    public static NetworkConfiguration Configuration(string name) => name switch
    {
        "hipt" => From("CellViT256", "{}", [1, 197, 384]),
        "sam-h" => From("CellViTSAM", "{ \"backbone\": \"SAM-H\" }", [1, 64, 64, 1280]),
        _ => throw new ArgumentException($"'{name}' is none of {string.Join(", ", Names)}.", nameof(name)),
    };

    private static NetworkConfiguration From(string architecture, string modelSettings, long[] positions)
    {
        string json = $$"""{ "model": {{modelSettings}}, "data": { "num_nuclei_classes": 6, "num_tissue_classes": 19 } }""";
        var table = new CheckpointTensor("encoder.pos_embed", ElementType.Float32, positions, new byte[4 * positions.Aggregate(1L, (p, e) => p * e)]);
        return NetworkConfiguration.From(new Checkpoint(architecture, [table], CheckpointConfiguration.FromJson(json)), name: architecture);
    }
}
