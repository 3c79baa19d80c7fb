using System.Globalization;

namespace CellVitCluster.Inference.Verification;

/// <summary>Collects the differences of one golden case and remembers which comes nearest to, or exceeds most, its tolerance.</summary>
/// <param name="caseName">Name of the case.</param>
internal sealed class DetectionComparison(string caseName)
{
    private readonly List<string> _parts = [];
    private readonly List<string> _excesses = [];
    private double _worstRatio = -1;
    private double _difference;
    private double _tolerance;
    private string _worst = "nothing compared";

    /// <summary>Notes one difference; tolerance 0 asks for equality.</summary>
    public void Add(string what, double difference, double tolerance)
    {
        double ratio = difference == 0 ? 0 : difference / tolerance;
        if (double.IsNaN(difference))
        {
            ratio = double.PositiveInfinity;
        }

        if (ratio > _worstRatio)
        {
            (_worstRatio, _difference, _tolerance, _worst) = (ratio, difference, tolerance, what);
        }

        _parts.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {difference:0.###e+0}"));
        if (ratio > 1)
        {
            _excesses.Add(_parts[^1]);
        }
    }

    /// <summary>Notes a count of unequal things, which must be 0.</summary>
    public void AddUnequal(string what, int count) => Add(what, count, 0);

    /// <summary>Outcome with everything that was compared.</summary>
    public GoldenResult Result()
    {
        bool passed = _worstRatio is >= 0 and <= 1;
        string parts = string.Join("; ", _parts);
        return new GoldenResult(
            caseName,
            passed ? GoldenOutcome.Passed : GoldenOutcome.Failed,
            _difference,
            _tolerance,
            passed ? parts : $"{_worst} exceeds its tolerance: {parts}");
    }

    /// <summary>Outcome of a case with hundreds of values: all that a failed one exceeds, but only their number when it passed.</summary>
    /// <param name="remark">Added to the number; may be empty.</param>
    public GoldenResult ResultInBrief(string remark)
    {
        GoldenResult whole = Result();
        return whole with
        {
            Detail = whole.Outcome == GoldenOutcome.Passed
                ? string.Create(CultureInfo.InvariantCulture, $"{_parts.Count} counts and scores{remark}")
                : $"{_worst} exceeds its tolerance: {string.Join("; ", _excesses)}",
        };
    }

    /// <summary>Largest absolute difference of two sequences of equal length.</summary>
    public static double Largest(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(actual[i] - expected[i]));
        }

        return largest;
    }

    /// <summary>Result of a case that could not be run.</summary>
    public static GoldenResult Unreadable(string caseName, Exception exception) =>
        new(caseName, GoldenOutcome.Failed, double.PositiveInfinity, 0, $"The case cannot be read: {exception.Message.ReplaceLineEndings(" ")}");
}
