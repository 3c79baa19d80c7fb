using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CellVitCluster.Cli.Models;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models list</c>: what is installed and what can be pulled.</summary>
internal static class ModelsListCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the installed models and those of the registry.\n\nExample:\n  cellvit models list") { json };
        command.SetAction(parsed => List(parsed.GetValue(json)));
        return command;
    }

    private static int List(bool json)
    {
        IReadOnlyList<string> installed = ModelCatalog.Installed.Names;
        ModelListEntry[] models =
        [
            .. installed.Select(Installed),
            .. ModelRegistry.Installed().Entries.Where(e => !installed.Contains(e.Name, StringComparer.Ordinal)).Select(Registered),
        ];
        if (json)
        {
            Terminal.Results.WriteLine(JsonSerializer.Serialize(new ModelListReport(ModelFolders.User, models), ModelsJson.Default.ModelListReport));
            return ExitCodes.Done;
        }

        int width = models.Max(m => m.Name.Length);
        foreach (ModelListEntry model in models)
        {
            string size = model.Bytes is long bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : "–";
            Terminal.Results.WriteLine($"{model.Name.PadRight(width)}  {model.State,-15}  {model.Architecture ?? model.Kind,-15}  {size,10}  {model.License}");
        }

        Terminal.Results.WriteLine($"models folder: {ModelFolders.User}");
        return ExitCodes.Done;
    }

    private static ModelListEntry Installed(string name)
    {
        string path = ModelCatalog.Installed.CardPath(name)!;
        try
        {
            ModelCard card = ModelCard.Load(path);
            var weights = new FileInfo(card.WeightsPath);
            return new ModelListEntry(
                name, weights.Exists ? "installed" : "weights missing", "segmentation", card.Architecture, card.License, weights.Exists ? weights.Length : null, card.WeightsPath);
        }
        catch (ModelException)
        {
            // One damaged card must not hide the others; 'models show' gives its reason.
            return new ModelListEntry(name, "unusable", "segmentation", null, null, null, path);
        }
    }

    private static ModelListEntry Registered(RegistryEntry entry)
    {
        string unpacked = Path.Combine(ModelFolders.User, entry.Name);
        bool pulled = entry.Kind == RegistryKind.Classifiers && Directory.Exists(unpacked);
        return new ModelListEntry(
            entry.Name, pulled ? "installed" : "not pulled", ModelPull.KindOf(entry), entry.Architecture.Length > 0 ? entry.Architecture : null, entry.License, entry.Size, pulled ? unpacked : null);
    }
}
