using System.CommandLine;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit retry</c>: tries failed or cancelled work again.</summary>
internal static class RetryCommand
{
    public static Command Create()
    {
        Argument<string> target = ServiceCommand.Target();
        Option<bool> json = CommonOptions.Json();
        return new Command("retry", "Tries again what failed or was cancelled, from the finished tiles.\n\nExample:\n  cellvit retry b-1f0c…") { target, json }
            .Using((parsed, service, cancellation) =>
                WorkChange.RunAsync(parsed.GetRequiredValue(target), parsed.GetValue(json), work => service.ChangeAsync(work, "retry", cancellation), "tried again"));
    }
}
