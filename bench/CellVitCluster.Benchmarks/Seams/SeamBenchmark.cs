using System.Diagnostics;
using CellVitCluster.UnitTests.Detection.Seams;

namespace CellVitCluster.Benchmarks.Seams;

/// <summary>
/// <c>bench/run seams</c>: a slide whose nuclei all lie on seams, as a perfect network would see it, through separation and merging and compared
/// with its truth. The exit code is 1 when a nucleus was doubled or cut, or more than one in a thousand was lost.
/// </summary>
internal static class SeamBenchmark
{
    /// <summary>Nuclei when none are asked for.</summary>
    public const int DefaultNuclei = 100_000;

    private const int Seed = 20;

    /// <summary>Measures slides of at least so many nuclei, one per view.</summary>
    public static int Run(int nuclei)
    {
        var slide = SeamSlide.WithNuclei(nuclei, Seed);
        Console.WriteLine(FormattableString.Invariant(
            $"{slide.Grid.Rows} x {slide.Grid.Columns} tiles, {slide.Grid.TileCount - slide.Plan.Count} not planned, {slide.Failed.Count} failed; seed {Seed}"));
        bool good = true;
        foreach (SeamView view in Enum.GetValues<SeamView>())
        {
            var clock = Stopwatch.StartNew();
            SeamTally tally = new SeamMeasurement(slide, view).Run();
            Print(view, tally, clock.Elapsed);
            good &= tally.Apart is { Doubled: 0, Cut: 0 } && tally.Apart.Lost * 1000L <= tally.Apart.Judged;
        }

        Console.WriteLine("Cut: under nine tenths of the area though a tile saw it whole. Incomplete: under nine tenths of what its tiles saw together.");
        Console.WriteLine("Inseparable: not found or not told apart even where all around is seen at once; not judged.");
        return good ? 0 : 1;
    }

    private static void Print(SeamView view, SeamTally tally, TimeSpan elapsed)
    {
        Console.WriteLine();
        Console.WriteLine(view == SeamView.KnowsWholeNucleus ? "Network that knows the whole of a cut nucleus" : "Network that sees the part in its tile only");
        Console.WriteLine(FormattableString.Invariant(
            $"  nuclei {tally.Nuclei}: seen whole {tally.SeenWhole}, in parts {tally.SeenInParts}, partly hidden {tally.PartlyHidden} (found {tally.PartlyHiddenFound}), hidden {tally.Hidden}, inseparable {tally.Inseparable}"));
        Console.WriteLine(FormattableString.Invariant(
            $"  cells {tally.TileCells} of the tiles, {tally.SlideCells} of the slide; merger alone {tally.MergerTime.TotalSeconds:0.00} s, {tally.TileCells / tally.MergerTime.TotalSeconds:0} cells/s; all {elapsed.TotalSeconds:0} s"));
        Console.WriteLine($"  {"",-9} {"judged",8} {"doubled",8} {"cut",8} {"incompl.",8} {"merged",8} {"lost",8} {"lost %",8}");
        Print("apart", tally.Apart);
        Print("touching", tally.Touching);
        Console.WriteLine(FormattableString.Invariant($"  invented {tally.Invented}"));
        foreach (string example in tally.Examples)
        {
            Console.WriteLine($"  {example}");
        }
    }

    private static void Print(string kind, SeamFaults faults) => Console.WriteLine(FormattableString.Invariant(
        $"  {kind,-9} {faults.Judged,8} {faults.Doubled,8} {faults.Cut,8} {faults.Incomplete,8} {faults.Merged,8} {faults.Lost,8} {100.0 * faults.Lost / Math.Max(1, faults.Judged),8:0.000}"));
}
