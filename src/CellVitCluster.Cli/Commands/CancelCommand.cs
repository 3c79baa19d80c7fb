using System.CommandLine;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit cancel</c>: stops work.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        Argument<string> target = ServiceCommand.Target();
        Option<bool> json = CommonOptions.Json();
        return new Command("cancel", "Stops work; finished tiles are kept, and 'cellvit retry' goes on from them.\n\nExample:\n  cellvit cancel b-1f0c…/3") { target, json }
            .Using((parsed, service, cancellation) =>
                WorkChange.RunAsync(parsed.GetRequiredValue(target), parsed.GetValue(json), work => service.ChangeAsync(work, "cancel", cancellation), "cancelled"));
    }
}
