using System.CommandLine;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Export;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit export</c>: cells for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var stores = new Argument<DirectoryInfo[]>("STORE") { Description = "Cell stores (folders with manifest.json).", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { Description = "geojson: QuPath detections.", Required = true };
        format.AcceptOnlyFromAmong("geojson");
        var output = new Option<string?>("--out") { Description = "File to write (.geojson or .geojson.gz); a folder for several stores. Default: beside the store, with its name.", HelpName = "PATH" };
        var region = CommonOptions.Region();
        var layer = CommonOptions.Layer();
        var classes = new Option<string?>("--class") { Description = "Only these classes, separated by commas.", HelpName = "A,B" };
        var probability = new Option<float>("--min-probability") { Description = "Only cells with at least this class probability.", HelpName = "P" };
        var points = new Option<bool>("--points") { Description = "Centroids instead of outlines." };
        var command = new Command(
            "export",
            "Writes the cells of a store for other programs.\n\nExamples:\n  cellvit export out/slide --format geojson\n"
            + "  cellvit export out/slide --format geojson --out part.geojson.gz --region 0,0,4096,4096\n"
            + "  cellvit export out/slide --format geojson --layer consep --class Inflammatory")
        {
            stores, format, output, region, layer, classes, probability, points,
        };
        command.SetAction((parsed, cancellation) =>
        {
            DirectoryInfo[] folders = parsed.GetRequiredValue(stores);
            foreach (DirectoryInfo folder in folders)
            {
                using CellStore store = CellStore.Open(folder.FullName);
                string path = PathFor(store, parsed.GetValue(output), folders.Length > 1);
                var selection = new CellSelection
                {
                    Region = parsed.GetValue(region) is string text ? RegionArgument.Parse(text) : null,
                    Layer = store.LayerFor(parsed.GetValue(layer)),
                    MinProbability = parsed.GetValue(probability),
                };
                selection = selection with { Classes = parsed.GetValue(classes) is string names ? ClassIds(selection.TaxonomyOf(store), names) : null };
                long cells = GeoJsonExporter.Export(
                    store, path, new GeoJsonOptions { Points = parsed.GetValue(points), Selection = selection }, cancellation);
                Terminal.Results.WriteLine(FormattableString.Invariant($"{path}: {cells:N0} cells"));
            }

            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    private static string PathFor(CellStore store, string? output, bool several)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(store.Directory)) + ".geojson";
        return output is null ? Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(store.Directory))!, name)
            : several || Directory.Exists(output) ? Path.Combine(Path.GetFullPath(output), name)
            : Path.GetFullPath(output);
    }

    private static HashSet<byte> ClassIds(Taxonomy taxonomy, string names)
    {
        var ids = new HashSet<byte>();
        foreach (string name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            CellClass found = taxonomy.Classes.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ConfigurationException(
                    $"Class '{name}' cannot be exported.",
                    $"The store knows {string.Join(", ", taxonomy.Classes.Select(c => c.Name))}.",
                    "Name one of these with --class.");
            ids.Add(found.Id);
        }

        return ids;
    }
}
