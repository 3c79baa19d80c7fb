using System.Globalization;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Slides.Synthetic;

/// <summary>What a synthetic slide shall look like. The same options give the same bytes on every run, whatever the number of threads.</summary>
public sealed record SyntheticSlideOptions
{
    /// <summary>Smallest side in level-0 px: one tile of the file.</summary>
    public const int MinSide = 256;

    /// <summary>Largest side in level-0 px, far above any scanner.</summary>
    public const int MaxSide = 1_000_000;

    /// <summary>Nuclei per mm² of tissue when nothing is said: what sections of breast and colon show on average.</summary>
    public const double DefaultNucleiPerSquareMillimeter = 4000;

    /// <summary>Largest density for which the nuclei still find room beside each other.</summary>
    public const double MaxNucleiPerSquareMillimeter = 7000;

    /// <summary>Width in level-0 px (0.25 µm each), <see cref="MinSide"/> … <see cref="MaxSide"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Height in level-0 px (0.25 µm each), <see cref="MinSide"/> … <see cref="MaxSide"/>.</summary>
    public required int Height { get; init; }

    /// <summary>Number that decides everything on the slide; any value.</summary>
    public required long Seed { get; init; }

    /// <summary>
    /// Nuclei wanted per mm² of tissue, 0 … <see cref="MaxNucleiPerSquareMillimeter"/>. It steers probabilities, so the slide meets it on
    /// average over large areas; the exact nuclei are in the ground truth.
    /// </summary>
    public double NucleiPerSquareMillimeter { get; init; } = DefaultNucleiPerSquareMillimeter;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">At least one value cannot be used; the text names every one.</exception>
    public void Validate()
    {
        List<string> problems = [];
        AddSideProblem(problems, "width", Width);
        AddSideProblem(problems, "height", Height);
        if (!(NucleiPerSquareMillimeter is >= 0 and <= MaxNucleiPerSquareMillimeter))
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the density is {NucleiPerSquareMillimeter} nuclei per mm² (expected 0 to {MaxNucleiPerSquareMillimeter})"));
        }

        if (problems.Count > 0)
        {
            string list = string.Join("; ", problems);
            throw new ConfigurationException(
                string.Create(CultureInfo.InvariantCulture, $"Cannot make a synthetic slide of {Width} x {Height} px."),
                $"{char.ToUpperInvariant(list[0])}{list[1..]}.",
                "Pass --size WxH and --nuclei-per-mm2 inside these limits.");
        }
    }

    private static void AddSideProblem(List<string> problems, string side, int value)
    {
        if (value is < MinSide or > MaxSide)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"the {side} is {value} px (expected {MinSide} to {MaxSide})"));
        }
    }
}
