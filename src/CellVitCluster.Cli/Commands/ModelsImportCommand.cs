using System.CommandLine;
using CellVitCluster.Cli.Output;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models import</c>: a checkpoint becomes an installed model.</summary>
internal static class ModelsImportCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "Checkpoint of a segmentation network (.pth, .safetensors)." };
        var name = new Option<string?>("--name") { Description = "Name to give; the file's by default.", HelpName = "N" };
        var license = new Option<string?>("--license") { Description = "License of the weights for the card, an SPDX identifier where there is one.", HelpName = "ID" };
        var command = new Command(
            "import",
            "Copies a checkpoint into the models folder and writes its card.\n\nExample:\n  cellvit models import CellViT-256-x40-AMP.pth --name hipt")
        {
            file, name, license,
        };
        command.SetAction(parsed =>
        {
            var import = new ModelImport(ModelFolders.User, ModelCatalog.Installed);
            ModelCard card = import.Import(
                parsed.GetRequiredValue(file).FullName, parsed.GetValue(name), derived => derived with { License = parsed.GetValue(license) ?? string.Empty });
            Terminal.Results.WriteLine($"{card.Name}: {card.WeightsPath}");
            return ExitCodes.Done;
        });
        return command;
    }
}
