using System.CommandLine;
using CellVitCluster.Cli.Client;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit watch</c>: follows a batch to its end.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var batch = new Argument<string>("BATCH") { Description = "Id of the batch; 'cellvit status' lists them." };
        Option<bool> json = CommonOptions.Json();
        return new Command("watch", "Follows a batch to its end; interrupting it does not stop the batch. Exit codes as of 'run'.\n\nExample:\n  cellvit watch b-1f0c…") { batch, json }
            .Using((parsed, service, cancellation) =>
            {
                string text = parsed.GetRequiredValue(batch);
                string id = WorkAddress.Parse(text) is { Batch: { } named, Entry: null }
                    ? named
                    : throw new ConfigurationException($"'{text}' cannot be watched.", "It is no batch.", "Name the batch; 'cellvit status' shows a run or a slide.");
                return new BatchWatch(service, id, TimeProvider.System).RunAsync(parsed.GetValue(json), cancellation);
            });
    }
}
