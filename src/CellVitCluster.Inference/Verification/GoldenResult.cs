namespace CellVitCluster.Inference.Verification;

/// <summary>How a golden case ended.</summary>
public enum GoldenOutcome
{
    /// <summary>Every difference lies within its tolerance.</summary>
    Passed,

    /// <summary>A difference exceeds its tolerance, or the case could not be run.</summary>
    Failed,

    /// <summary>This version does not support what the case tests.</summary>
    Skipped,
}

/// <summary>Outcome of one golden case.</summary>
/// <param name="Case">Name: the path below the given folder, with the input or mode when a folder holds several.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="LargestDifference">The difference that comes nearest to (or exceeds most) its tolerance; NaN when skipped.</param>
/// <param name="Tolerance">Tolerance that difference is held against; NaN when skipped.</param>
/// <param name="Detail">What was compared, or what went wrong and where; one line.</param>
public sealed record GoldenResult(string Case, GoldenOutcome Outcome, double LargestDifference, double Tolerance, string Detail);
