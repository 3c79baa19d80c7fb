using System.CommandLine;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Cli.Output;
using CellVitCluster.Cli.Roles;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit node</c>: one process of a cluster.</summary>
internal static class NodeCommand
{
    /// <summary>Name of the command.</summary>
    public const string Name = "node";

    private static readonly Dictionary<string, (string Value, string Description)> Settings = new(StringComparer.Ordinal)
    {
        ["roles"] = ("A,B", "What the node does: coordinator, worker, merger, api. Default: coordinator,worker,merger."),
        ["data"] = ("DIR", "Folder for logs and, unless --journal says otherwise, the journal. Default: ./cellvit-data"),
        ["host"] = ("ADDRESS", "Address to listen on; 0.0.0.0 for all. Default: 127.0.0.1"),
        ["port"] = ("N", "Port to listen on; 0 takes a free one. Default: 4053"),
        ["public-host"] = ("HOST", "Address under which the other nodes reach this one. Default: --host, or this machine's address when that is 0.0.0.0."),
        ["public-port"] = ("N", "Port under which the other nodes reach this one, when something forwards another one. Default: --port"),
        ["seed"] = ("HOST:PORT", "Node to join; repeat it for several. The one that finds itself first founds the cluster. Default: found one."),
        ["seed-dns"] = ("NAME[:PORT]", "Name whose addresses are the seeds, such as a headless service."),
        ["seed-count"] = ("N", "Addresses that --seed-dns must show before anyone joins."),
        ["min-coordinators"] = ("N", "Coordinators that must be there before work begins; the same on every node. Default: 1"),
        ["journal"] = ("URL", "sqlite:PATH or postgresql:CONNECTIONSTRING; needed by coordinators. Default: sqlite:DATA/journal.db"),
        ["model"] = ("CARD|FILE", "Model of the workers; paced:MS,PITCH for none: MS milliseconds per tile and an invented nucleus every PITCH px, to try a cluster. Default: the starter model."),
        ["device"] = ("DEVICE", "Device of the workers: auto, cpu or cuda:N. Default: auto"),
        ["precision"] = ("FORMAT", "Number format of the network: fp32, bf16 or fp16. Default: the device's."),
        ["workers"] = ("N", "Workers in this process; they share the processor's cores. Default: 1"),
        ["max-active"] = ("N", "Slides worked on at once, for a coordinator. Default: 4"),
        ["min-free-mb"] = ("N", "Free megabytes of an output disk below which a coordinator begins no new slide there. Default: 2048"),
        ["http-host"] = ("ADDRESS", "Address of the HTTP server of the role api. There are no accounts: whoever reaches it may use it. Default: 127.0.0.1"),
        ["http-port"] = ("N", FormattableString.Invariant($"Port of the HTTP server; 0 takes a free one. Default: {ApiOptions.DefaultPort}")),
        ["slide-root"] = ("DIR", "Folder in which clients of the HTTP server may name slides, lists and regions; repeat it for several."),
        ["output-root"] = ("DIR", "Folder in which clients of the HTTP server may have stores written; every node must see it. Default: DATA/stores"),
        ["join-timeout"] = ("SECONDS", "Time to become a member; then the node ends with exit code 5. Default: 60"),
        ["drain-timeout"] = ("SECONDS", "Time for the workers to finish their tiles when the node is stopped. Default: 10"),
        ["log-level"] = ("LEVEL", "info, or debug: also every tile. Default: info"),
    };

    public static Command Create()
    {
        var options = Settings.ToDictionary(
            setting => setting.Key,
            setting => new Option<string[]>("--" + setting.Key) { HelpName = setting.Value.Value, Description = setting.Value.Description, Arity = ArgumentArity.OneOrMore },
            StringComparer.Ordinal);
        var file = new Option<FileInfo?>("--config") { HelpName = "FILE.json", Description = "Settings in a file: one object with the names above as keys." };
        var command = new Command(
            Name,
            "Runs one node of a cluster until it is stopped (SIGTERM, Ctrl-C). Every option can also stand in the file or in the environment "
            + "(CELLVIT_SEED_DNS for --seed-dns); the command line wins over the environment, the environment over the file.\n\nExamples:\n"
            + "  cellvit node --roles coordinator,worker,merger,api --data /var/lib/cellvit --slide-root /slides\n"
            + "  cellvit node --roles coordinator,merger --host 10.0.0.1 --seed 10.0.0.1:4053 --journal 'postgresql:Host=db;Database=cellvit;Username=cellvit'\n"
            + "  cellvit node --roles worker --host 10.0.0.2 --seed 10.0.0.1:4053 --device cuda:0");
        foreach (Option option in options.Values)
        {
            command.Add(option);
        }

        command.Add(file);
        command.SetAction(async (parsed, cancellation) =>
        {
            NodeSettings settings = NodeSettings.Read(
                name => parsed.GetResult(options[name]) is { Implicit: false } ? parsed.GetValue(options[name]) : null,
                Environment.GetEnvironmentVariable,
                parsed.GetValue(file)?.FullName);
            CreateFolder(settings.DataDirectory, "--data");
            if (settings.Api is { } api)
            {
                CreateFolder(api.OutputRoot, "--output-root");
            }

            await NodeHost.RunAsync(settings, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void CreateFolder(string folder, string option)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                ErrorCode.OutputNotWritable, $"The folder '{folder}' cannot be used by the node.", exception.Message, $"Choose another {option}, or correct the permissions.", exception);
        }
    }
}
