using System.Text.Json;
using System.Text.Json.Serialization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Domain.Units;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Model.Cards;

/// <summary>
/// The contract of a model, a JSON file beside its weights: what goes in, what comes out, where it comes from. Nothing else hard-codes these
/// facts. Immutable. The JSON reader sets entries that a card leaves out to null, and the setters turn that into their defaults.
/// </summary>
public sealed record ModelCard
{
    /// <summary>Version of the card format that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the card format.</summary>
    public required int Version { get; init; }

    /// <summary>Short name, also the card's file name.</summary>
    public required string Name { get; init; }

    /// <summary>Weights file, relative to the card.</summary>
    public required string Weights { get; init; }

    /// <summary>SHA-256 of the weights file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Class name of the network, for example <c>CellViT256</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Side of the tiles the model is meant for, in px.</summary>
    public required int TileSize { get; init; }

    /// <summary>Pixel size the model is meant for, in µm/px.</summary>
    public required double MicronsPerPixel { get; init; }

    /// <summary>Mean per color channel of pixel / 255.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Standard deviation per color channel of pixel / 255.</summary>
    public required IReadOnlyList<float> StandardDeviation { get; init; }

    /// <summary>Width of a token.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>Side of a patch (token) in px.</summary>
    public required int PatchSize { get; init; }

    /// <summary>Classes of the type branch with display colors; id 0 is the background.</summary>
    public required Taxonomy Taxonomy { get; init; }

    /// <summary>Constants for separating nuclei.</summary>
    public SeparationConstants Separation { get; init => field = value ?? SeparationConstants.Default; } = SeparationConstants.Default;

    /// <summary>Number format the model must run in, for example fp32 everywhere; null for each device's default.</summary>
    [JsonConverter(typeof(PrecisionConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Precision? Precision { get; init; }

    /// <summary>What the model was trained on.</summary>
    public string TrainingData { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>License of the weights, an SPDX identifier where there is one.</summary>
    public string License { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Whom to name.</summary>
    public string Attribution { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Measured results.</summary>
    public IReadOnlyList<ModelScore> Scores { get; init => field = value ?? []; } = [];

    /// <summary>What the model is not fit for.</summary>
    public string Limits { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Absolute path of the weights file.</summary>
    [JsonIgnore]
    public string WeightsPath { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Pixel size the model is meant for.</summary>
    [JsonIgnore]
    public Mpp Mpp => new(MicronsPerPixel);

    /// <summary>Reads a card. The weights are not opened.</summary>
    /// <param name="path">A <c>.json</c> file.</param>
    /// <exception cref="ModelException">
    /// The file does not exist (<see cref="ErrorCode.ModelMissing"/>) or is no card of this version (<see cref="ErrorCode.ModelCardInvalid"/>).
    /// </exception>
    public static ModelCard Load(string path)
    {
        string full = Path.GetFullPath(path);
        ModelCard? card;
        try
        {
            card = JsonSerializer.Deserialize(File.ReadAllBytes(full), ModelCardJson.Default.ModelCard);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException(ErrorCode.ModelMissing, $"Cannot load model card '{path}'.", "The file does not exist.", "Check the path.", e);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, e.Message, e);
        }

        string[] faults = card is null ? ["it is empty"] : [.. ModelCardRules.Check(card)];
        return faults.Length == 0
            ? card! with { WeightsPath = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(full)!, card!.Weights)) }
            : throw Invalid(path, $"Its entries are not usable: {string.Join("; ", faults)}.");
    }

    /// <summary>The card as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelCardJson.Default.ModelCard);

    private static ModelException Invalid(string path, string why, Exception? inner = null) => new(
        ErrorCode.ModelCardInvalid, $"Cannot use model card '{path}'.", why, "Compare it with configs/models/starter.json.", inner);
}
