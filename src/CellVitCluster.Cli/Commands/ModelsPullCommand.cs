using System.CommandLine;
using CellVitCluster.Cli.Models;
using CellVitCluster.Cli.Output;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models pull</c>: weights from their publisher or a mirror.</summary>
internal static class ModelsPullCommand
{
    /// <summary>Environment variable with the base address of a mirror.</summary>
    private const string MirrorVariable = "CELLVIT_MODEL_MIRROR";

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Model of the registry; 'cellvit models list' shows them." };
        var accept = new Option<bool>("--accept-license") { Description = "Accept the terms of the model; without it they are shown." };
        var mirror = new Option<string?>("--mirror") { Description = $"Base address of a mirror, the file's name is appended; {MirrorVariable} by default.", HelpName = "URL" };
        var sha256 = new Option<string?>("--sha256") { Description = "Digest stated by the publisher, for entries of the registry without one.", HelpName = "HEX" };
        var command = new Command(
            "pull",
            "Fetches a model, checks its digest and installs it. An interrupted download goes on where it stopped.\n\nExample:\n"
            + "  cellvit models pull cellvit-256-x40-amp --accept-license --sha256 HEX")
        {
            name, accept, mirror, sha256,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30) }) { Timeout = Timeout.InfiniteTimeSpan };
            var pull = new ModelPull(new ResumableDownload(client, TimeProvider.System), ModelFolders.User, ModelCatalog.Installed);
            string? environment = Environment.GetEnvironmentVariable(MirrorVariable);
            string installed = await pull.RunAsync(
                ModelRegistry.Installed().Find(parsed.GetRequiredValue(name)),
                new PullOptions(
                    parsed.GetValue(accept), parsed.GetValue(mirror) ?? (string.IsNullOrEmpty(environment) ? null : environment), parsed.GetValue(sha256)?.ToLowerInvariant()),
                cancellation);
            Terminal.Results.WriteLine(installed);
            return ExitCodes.Done;
        });
        return command;
    }
}
