using CellVitCluster.Detection.Separation;
using CellVitCluster.Evaluation.Pairing;

namespace CellVitCluster.Benchmarks.Placement;

/// <summary>A way from maps to cells, and what was counted with it.</summary>
internal sealed class PlacementRule(string name, SeparationParameters separation, int placements)
{
    public string Name { get; } = name;

    public SeparationParameters Separation { get; } = separation;

    public int Placements { get; } = placements;

    public DetectionCounts WholePatches { get; private set; }

    public DetectionCounts Others { get; private set; }

    /// <summary>Cells of the unmoved windows that were compared, each once per comparison.</summary>
    public int Cells => WholePatches.TruePositives + WholePatches.FalseNegatives + Others.TruePositives + Others.FalseNegatives;

    public void Add(bool wholePatches, DetectionCounts counts)
    {
        if (wholePatches)
        {
            WholePatches += counts;
        }
        else
        {
            Others += counts;
        }
    }
}
