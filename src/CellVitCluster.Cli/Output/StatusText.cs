using System.Globalization;
using CellVitCluster.Api.Operations;
using CellVitCluster.Api.Work;

namespace CellVitCluster.Cli.Output;

/// <summary>What <c>status</c> tells a person, on standard output.</summary>
internal static class StatusText
{
    public static void Print(StatusReport report)
    {
        Heading("nodes");
        foreach (MemberDocument member in report.Members)
        {
            Line($"{member.Address}  {string.Join(",", member.Roles)}  {member.Status}{(member.Reachable ? string.Empty : ", unreachable")}  version {member.Version}");
        }

        Heading("workers");
        foreach (WorkerDocument worker in report.Workers ?? [])
        {
            string holds = worker.TilesHeld == 0 ? "idle" : FormattableString.Invariant($"holds {worker.TilesHeld} tile(s) of {string.Join(", ", worker.Runs)}");
            Line(FormattableString.Invariant($"{worker.Id}  {worker.Profile}  {holds}, heard {worker.SecondsSinceHeard:0.0} s ago{(worker.Draining ? ", draining" : string.Empty)}"));
        }

        Heading("batches");
        foreach (BatchDocument batch in report.Batches ?? [])
        {
            Line(Text(batch));
        }

        Heading("latest incidents");
        Print(report.Incidents ?? []);
    }

    public static void Print(BatchDocument batch, IReadOnlyList<SlideDocument> slides)
    {
        Terminal.Results.WriteLine(Text(batch));
        Terminal.Results.WriteLine($"  results in {batch.Output}");
        foreach (SlideDocument slide in slides)
        {
            Print(slide);
        }
    }

    public static void Print(SlideDocument slide)
    {
        string tiles = slide.Run is { Tiles: > 0 } run ? FormattableString.Invariant($", tiles {run.TilesDone + run.TilesFailed}/{run.Tiles}, {run.Cells:N0} cells") : string.Empty;
        Line(FormattableString.Invariant($"{slide.Entry}  {slide.Path}  {slide.Phase}{tiles}{(slide.Run is null ? string.Empty : $"  run {slide.Run.Id}")}"));
        Print(slide.Failure ?? slide.Run?.Failure ?? slide.Run?.Stall);
    }

    public static void Print(RunStory report)
    {
        RunDocument run = report.Run;
        Terminal.Results.WriteLine($"run {run.Id}  {run.Name}  {run.Phase}, priority {run.Priority}{(run.Batch is null ? string.Empty : FormattableString.Invariant($", slide {run.Entry} of batch {run.Batch}"))}");
        Line(FormattableString.Invariant(
            $"tiles {run.TilesDone} done, {run.TilesFailed} failed of {run.Tiles} ({run.TilesResumed} resumed), {run.Cells:N0} cells{(run.Store is null ? string.Empty : $", store {run.Store}")}"));
        Print(run.Failure ?? run.Stall);
        Heading("what happened");
        Print(report.Incidents);
    }

    private static void Print(IReadOnlyList<IncidentDocument> incidents)
    {
        foreach (IncidentDocument incident in incidents)
        {
            Line($"{incident.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  {incident.Kind}: {incident.Text}");
        }
    }

    private static void Print(FailureDocument? failure)
    {
        if (failure is not null)
        {
            Line($"   {failure.Code}: {failure.What} {failure.Why} {failure.Remedy}");
        }
    }

    private static string Text(BatchDocument batch) => FormattableString.Invariant(
        $"{batch.Id}  {(batch.Label.Length > 0 ? batch.Label + ", " : string.Empty)}{batch.Submitter}, {batch.Priority}: {batch.Slides} slide(s), {batch.Waiting} waiting, {batch.Active} active, {batch.Published} done, {batch.Quarantined} failed, {batch.Cancelled} cancelled{(batch.Complete ? string.Empty : " (not all slides have arrived)")}");

    private static void Heading(string text) => Terminal.Results.WriteLine(text);

    private static void Line(string text) => Terminal.Results.WriteLine("  " + text);
}
