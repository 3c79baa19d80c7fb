using System.Text.Json;
using CellVitCluster.Api;
using CellVitCluster.Api.Work;
using CellVitCluster.Cli.Client;
using CellVitCluster.Cli.Output;

namespace CellVitCluster.Cli.Commands;

/// <summary>What <c>cancel</c>, <c>retry</c> and <c>priority</c> have in common: name the work, have it changed, say how much changed.</summary>
internal static class WorkChange
{
    /// <param name="target">The work, as it was typed.</param>
    /// <param name="json">Print a document on standard output.</param>
    /// <param name="change">Has the service change it.</param>
    /// <param name="done">What the slides are afterwards, for people.</param>
    public static async Task<int> RunAsync(string target, bool json, Func<WorkAddress, Task<ChangeDocument>> change, string done)
    {
        ChangeDocument changed = await change(WorkAddress.Parse(target));
        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(changed, ApiJson.Default.ChangeDocument));
        }

        Console.Error.WriteLine(changed.Slides == 0
            ? "Nothing to change."
            : FormattableString.Invariant($"{changed.Slides} slide(s) {done}."));
        return ExitCodes.Done;
    }
}
