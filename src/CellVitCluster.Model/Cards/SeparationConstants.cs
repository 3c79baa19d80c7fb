using System.Text.Json.Serialization;

namespace CellVitCluster.Model.Cards;

/// <summary>
/// Constants of the nucleus separation that belong to a network's own output scale. They replace the published scaling by the extremes of
/// each tile, which makes a nucleus depend on the rest of its tile. <c>cellvit models calibrate</c> derives them.
/// </summary>
/// <param name="SobelMinimum">Smallest Sobel response of the distance maps that counts (21 taps, kernel not normalized); less becomes this.</param>
/// <param name="SobelMaximum">Largest Sobel response that counts.</param>
/// <param name="Threshold">Ridge threshold after scaling to 0 … 1.</param>
public sealed record SeparationConstants(double SobelMinimum, double SobelMaximum, double Threshold)
{
    /// <summary>For models whose card does not say: the starter's, which were derived on its validation data.</summary>
    public static SeparationConstants Default { get; } = new(-9.5e10, 8.2e10, 0.4375) { MarkerMinimumPixels = 40 };

    /// <summary>Smaller inner parts of nuclei are none; px at the model's resolution, 1 or more. Null for the published 10.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MarkerMinimumPixels { get; init; }
}
