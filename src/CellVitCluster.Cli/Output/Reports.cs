using System.Text.Json.Serialization;

namespace CellVitCluster.Cli.Output;

/// <summary>JSON of <c>inspect</c>.</summary>
internal sealed record InspectReport(
    string Slide,
    string Vendor,
    int Width,
    int Height,
    double? Mpp,
    string? MppOrigin,
    double? Magnification,
    IReadOnlyList<InspectLevel> Levels,
    double? EffectiveMpp,
    double? TissueMm2,
    int? GridTiles,
    int? Tiles,
    double? ExpectedSeconds,
    long? ExpectedBytes);

/// <summary>One level of a slide.</summary>
internal sealed record InspectLevel(int Width, int Height, double Downsample);

/// <summary>JSON of <c>run</c>.</summary>
internal sealed record RunReport(
    string Out,
    string Model,
    double Seconds,
    double SecondsToFirstTile,
    double ModelShare,
    double PeakMemoryMb,
    IReadOnlyList<SlideReport> Slides);

/// <summary>Outcome of one slide.</summary>
internal sealed record SlideReport
{
    public required string Name { get; init; }

    public required string Slide { get; init; }

    /// <summary>done, failed, cancelled or interrupted.</summary>
    public required string Status { get; init; }

    public string? RunId { get; init; }

    public string? Store { get; init; }

    public int Tiles { get; init; }

    public int TilesFailed { get; init; }

    public int TilesResumed { get; init; }

    public long Cells { get; init; }

    public double Mm2 { get; init; }

    public long Bytes { get; init; }

    public IReadOnlyDictionary<string, long>? Classes { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>? Layers { get; init; }

    public IReadOnlyDictionary<string, double>? StageSeconds { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }
}

/// <summary>JSON of <c>store check</c>.</summary>
internal sealed record StoreCheckReport(string Store, bool Ok, IReadOnlyList<string> Findings);

/// <summary>JSON of one golden case of <c>verify</c>.</summary>
internal sealed record VerifyCase(string Case, string Outcome, double? LargestDifference, double? Tolerance, string Detail);

/// <summary>JSON of <c>verify</c>.</summary>
internal sealed record VerifyReport(int Passed, int Failed, int Skipped, string NumericProfile, IReadOnlyList<VerifyCase> Cases);

/// <summary>Generated serializers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchReport))]
[JsonSerializable(typeof(InspectReport))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(RunStory))]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(StoreCheckReport))]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(WatchReport))]
internal sealed partial class CliJson : JsonSerializerContext;
