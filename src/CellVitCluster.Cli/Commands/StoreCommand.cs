using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit store</c>: care of cell stores.</summary>
internal static class StoreCommand
{
    public static Command Create()
    {
        var store = new Argument<DirectoryInfo>("STORE") { Description = "Cell store (folder with manifest.json)." };
        var json = CommonOptions.Json();
        var check = new Command(
            "check", "Verifies digests, row counts, order and readability of every file.\n\nExample:\n  cellvit store check out/slide")
        {
            store, json,
        };
        check.SetAction((parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(store).FullName;
            IReadOnlyList<StoreFinding> findings = StoreCheck.Run(path, cancellation);
            if (parsed.GetValue(json))
            {
                var report = new StoreCheckReport(path, findings.Count == 0, [.. findings.Select(f => f.ToString())]);
                Terminal.Results.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.StoreCheckReport));
            }
            else
            {
                foreach (StoreFinding finding in findings)
                {
                    Terminal.Results.WriteLine(finding);
                }

                Terminal.Results.WriteLine(findings.Count == 0 ? $"{path}: ok" : $"{path}: {findings.Count} finding(s)");
            }

            return Task.FromResult(findings.Count == 0 ? ExitCodes.Done : ExitCodes.CheckFailed);
        });
        return new Command("store", "Looks after cell stores.") { check };
    }
}
