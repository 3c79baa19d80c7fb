using System.CommandLine;
using CellVitCluster.Cli.Client;

namespace CellVitCluster.Cli.Commands;

/// <summary>What the commands that talk to a service have in common: where it is, and how long it is waited for.</summary>
internal static class ServiceCommand
{
    /// <summary>Adds the options to a command and sets what it does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="act">Gets the values of the command line and a client; returns the exit code.</param>
    public static Command Using(this Command command, Func<ParseResult, ServiceClient, CancellationToken, Task<int>> act)
    {
        Option<string?> server = ServiceOptions.ServerOption();
        Option<int> wait = ServiceOptions.WaitOption();
        command.Add(server);
        command.Add(wait);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var service = new ServiceClient(ServiceOptions.From(parsed.GetValue(server), parsed.GetValue(wait)), TimeProvider.System);
            return await act(parsed, service, cancellation);
        });
        return command;
    }

    /// <summary>The argument that names work.</summary>
    public static Argument<string> Target() => new("BATCH|BATCH/N|RUN")
    {
        Description = "A batch, its N-th slide (from 0), or a run; see 'cellvit status'.",
    };
}
