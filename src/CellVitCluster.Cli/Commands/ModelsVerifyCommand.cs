using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models verify</c>: are the weights still what their cards say?</summary>
internal static class ModelsVerifyCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "One model; all installed ones when left out.", Arity = ArgumentArity.ZeroOrOne };
        var json = CommonOptions.Json();
        var command = new Command("verify", "Computes the digests of installed weights anew and compares them with the cards.\n\nExample:\n  cellvit models verify") { name, json };
        command.SetAction(parsed => Verify(parsed.GetValue(name), parsed.GetValue(json)));
        return command;
    }

    private static int Verify(string? name, bool json)
    {
        ModelVerifyEntry[] entries = name is null ? [.. ModelCatalog.Installed.Names.Select(Check)] : [Compare(ModelCatalog.Installed.Resolve(name))];
        bool ok = entries.All(e => e.Result == "ok");
        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(new ModelVerifyReport(ok, entries), ModelsJson.Default.ModelVerifyReport));
        }
        else
        {
            foreach (ModelVerifyEntry entry in entries)
            {
                Terminal.Results.WriteLine($"{entry.Name}: {entry.Result}{(entry.Detail is null ? string.Empty : $" ({entry.Detail})")}");
            }
        }

        return ok ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static ModelVerifyEntry Check(string name)
    {
        try
        {
            return Compare(ModelCatalog.Installed.Resolve(name));
        }
        catch (ModelException exception)
        {
            return new ModelVerifyEntry(name, "unusable", exception.Why);
        }
    }

    private static ModelVerifyEntry Compare(ModelCard card)
    {
        if (!File.Exists(card.WeightsPath))
        {
            return new ModelVerifyEntry(card.Name, "missing", card.WeightsPath);
        }

        string digest = FileDigest.Sha256(card.WeightsPath);
        return digest == card.Sha256
            ? new ModelVerifyEntry(card.Name, "ok", null)
            : new ModelVerifyEntry(card.Name, "different", $"the weights have SHA-256 {digest}, the card states {card.Sha256}");
    }
}
