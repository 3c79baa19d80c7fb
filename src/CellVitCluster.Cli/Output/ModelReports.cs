using System.Text.Json.Serialization;

namespace CellVitCluster.Cli.Output;

/// <summary>JSON of <c>models list</c>.</summary>
internal sealed record ModelListReport(string Folder, IReadOnlyList<ModelListEntry> Models);

/// <summary>One line of <c>models list</c>; its state is installed, weights missing, unusable or not pulled.</summary>
internal sealed record ModelListEntry(string Name, string State, string Kind, string? Architecture, string? License, long? Bytes, string? Path);

/// <summary>JSON of <c>models show</c>.</summary>
internal sealed record ModelReport
{
    public required string Name { get; init; }

    /// <summary>segmentation, classifier, encoder, other, or classifiers (an archive that is not pulled).</summary>
    public required string Kind { get; init; }

    public string? Architecture { get; init; }

    /// <summary>What stands between the file and its use; null when nothing does.</summary>
    public string? Problem { get; init; }

    public string? Path { get; init; }

    public string? Url { get; init; }

    public string? Sha256 { get; init; }

    public long? Bytes { get; init; }

    public long? Parameters { get; init; }

    public int? Tensors { get; init; }

    public IReadOnlyList<string>? ElementTypes { get; init; }

    public int? TileSize { get; init; }

    public double? MicronsPerPixel { get; init; }

    public IReadOnlyList<float>? Mean { get; init; }

    public IReadOnlyList<float>? StandardDeviation { get; init; }

    public int? EmbeddingWidth { get; init; }

    public int? PatchSize { get; init; }

    public string? Taxonomy { get; init; }

    public IReadOnlyList<string>? Classes { get; init; }

    public string? Backbone { get; init; }

    public int? Depth { get; init; }

    public int? Heads { get; init; }

    public string? License { get; init; }

    public string? Terms { get; init; }

    public string? Attribution { get; init; }

    public string? TrainingData { get; init; }

    public string? Limits { get; init; }
}

/// <summary>JSON of <c>models verify</c>.</summary>
internal sealed record ModelVerifyReport(bool Ok, IReadOnlyList<ModelVerifyEntry> Models);

/// <summary>One model of <c>models verify</c>; its result is ok, different, missing or unusable.</summary>
internal sealed record ModelVerifyEntry(string Name, string Result, string? Detail);

/// <summary>Generated serializers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelListReport))]
[JsonSerializable(typeof(ModelReport))]
[JsonSerializable(typeof(ModelVerifyReport))]
[JsonSerializable(typeof(CalibrationReport))]
internal sealed partial class ModelsJson : JsonSerializerContext;
