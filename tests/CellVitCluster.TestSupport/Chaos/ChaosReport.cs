using System.Text;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>What came out of a chaos run.</summary>
/// <param name="Seed">Replays the plan.</param>
/// <param name="Faults">Faults brought about, by kind.</param>
/// <param name="Slides">Stores compared.</param>
/// <param name="Cells">Cells in them.</param>
/// <param name="Tiles">Tiles computed in the disturbed run, repetitions included.</param>
/// <param name="TilesPlanned">Tiles there are.</param>
/// <param name="DoubledMessages">Messages that the network delivered twice.</param>
/// <param name="Starts">Starts of node processes.</param>
/// <param name="Elapsed">Time of the disturbed run.</param>
/// <param name="Violations">What must not have happened, one line each; empty when all is well.</param>
public sealed record ChaosReport(
    int Seed,
    IReadOnlyDictionary<FaultKind, int> Faults,
    int Slides,
    long Cells,
    int Tiles,
    int TilesPlanned,
    long DoubledMessages,
    int Starts,
    TimeSpan Elapsed,
    IReadOnlyList<string> Violations)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(FormattableString.Invariant($"seed {Seed}: {Faults.Values.Sum()} faults in {Elapsed.TotalSeconds:0} s ({string.Join(", ", Faults.OrderBy(f => f.Key).Select(f => $"{f.Key} {f.Value}"))})"));
        text.AppendLine(FormattableString.Invariant($"{Starts} starts of nodes, {DoubledMessages} messages doubled by the network"));
        text.AppendLine(FormattableString.Invariant($"{Slides} stores with {Cells} cells compared with the undisturbed run; {Tiles} tiles computed for {TilesPlanned} planned ({Tiles - TilesPlanned} again)"));
        foreach (string violation in Violations)
        {
            text.AppendLine("VIOLATION: " + violation);
        }

        text.Append(Violations.Count == 0 ? "nothing lost, nothing doubled" : FormattableString.Invariant($"{Violations.Count} violations; replay with seed {Seed}"));
        return text.ToString();
    }
}
