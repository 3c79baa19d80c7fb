using System.Globalization;
using CellVitCluster.Evaluation.Scoring;

namespace CellVitCluster.Cli.Output;

/// <summary>What <c>evaluate</c> tells a person.</summary>
internal static class EvaluationTable
{
    public static void Print(EvaluationReport report, TextWriter output)
    {
        if (report.Images.Count > 1)
        {
            Print(
                output,
                ["image", "truth", "found", "F1", "Dice", "AJI", "bPQ"],
                [.. report.Images.Select(i => (string[])[i.Name, Number(i.Truths), Number(i.Predictions), Score(i.Detection.F1), Score(i.Segmentation?.Dice), Score(i.Segmentation?.Aji), Score(i.Segmentation?.Bpq)])]);
        }

        Print(
            output,
            ["detection", "precision", "recall", "F1", "pairs", "false", "missed"],
            [["all", Score(report.Detection.Precision), Score(report.Detection.Recall), Score(report.Detection.F1), Number(report.Detection.TruePositives), Number(report.Detection.FalsePositives), Number(report.Detection.FalseNegatives)]]);
        Print(
            output,
            ["segmentation", "Dice", "AJI", "AJI+", "bPQ", "bDQ", "bSQ", "mPQ", "mPQ+"],
            [["all", Score(report.Segmentation?.Dice), Score(report.Segmentation?.Aji), Score(report.Segmentation?.AjiPlus), Score(report.Segmentation?.Bpq), Score(report.Segmentation?.Bdq), Score(report.Segmentation?.Bsq), Score(report.Mpq), Score(report.MpqPlus)]]);
        if (report.Classes.Count > 0)
        {
            Print(
                output,
                ["class", "precision", "recall", "F1", "PQ", "PQ+"],
                [.. report.Classes.Select(c => (string[])[c.Name, Score(c.Detection.Precision), Score(c.Detection.Recall), Score(c.Detection.F1), Score(c.MeanQuality), Score(c.Panoptic?.Quality)])]);
        }

        if (report.Unpaired.Count > 0)
        {
            output.WriteLine($"Without counterpart, left out: {string.Join(", ", report.Unpaired)}.\n");
        }

        output.WriteLine(report.Rule);
    }

    private static void Print(TextWriter output, string[] header, string[][] rows)
    {
        int[] widths = [.. header.Select((h, column) => rows.Select(row => row[column].Length).Append(h.Length).Max())];
        foreach (string[] row in rows.Prepend(header))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd());
        }

        output.WriteLine();
    }

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Score(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("0.000", CultureInfo.InvariantCulture) : "–";
}
