using System.CommandLine;
using CellVitCluster.Api.Work;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit priority</c>: changes who goes first.</summary>
internal static class PriorityCommand
{
    public static Command Create()
    {
        Argument<string> target = ServiceCommand.Target();
        var priority = new Argument<string>(string.Join('|', PriorityName.All)) { Description = "A higher class overtakes at the next grant of tiles, without killing work." };
        priority.AcceptOnlyFromAmong([.. PriorityName.All]);
        Option<bool> json = CommonOptions.Json();
        return new Command("priority", "Changes the priority of what is not finished.\n\nExample:\n  cellvit priority b-1f0c… stat") { target, priority, json }
            .Using((parsed, service, cancellation) => WorkChange.RunAsync(
                parsed.GetRequiredValue(target),
                parsed.GetValue(json),
                work => service.PrioritizeAsync(work, parsed.GetRequiredValue(priority), cancellation),
                $"of priority {parsed.GetRequiredValue(priority)} now"));
    }
}
