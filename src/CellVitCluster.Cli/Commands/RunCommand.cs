using System.CommandLine;
using CellVitCluster.Cli.Submission;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Units;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit run</c>: slides in, cells out.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var slides = new Argument<string[]>("SLIDE|FOLDER|LIST.csv|demo")
        {
            Description = "Slides, folders of slides, or CSV lists (column path; optional mpp, magnification). 'demo' makes a small synthetic slide.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder for the results, one cell store per slide.",
            HelpName = "DIR",
            DefaultValueFactory = _ => new DirectoryInfo("out"),
        };
        var model = new Option<string?>("--model") { Description = "Model card, its name, or a checkpoint (.pth, .safetensors). Default: the starter model.", HelpName = "CARD|FILE" };
        var mpp = CommonOptions.Mpp();
        var magnification = new Option<double?>("--magnification") { Description = "Objective power, for the record only.", HelpName = "X" };
        var region = new Option<FileInfo?>("--roi") { Description = "Analyze only the polygons of this GeoJSON file (level-0 pixels).", HelpName = "GEOJSON" };
        var workers = new Option<int>("--workers") { Description = "Workers in this process; they share the processor's cores.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var device = CommonOptions.Device();
        var precision = CommonOptions.Precision();
        workers.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 1 or > 64)
            {
                result.AddError("--workers must lie between 1 and 64.");
            }
        });
        mpp.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is double value && !(value is > 0 and < 100))
            {
                result.AddError(FormattableString.Invariant($"--mpp must be a positive number of µm per pixel, found {value}."));
            }
        });
        var compat = new Option<string?>("--compat") { Description = "'reference': the published program's rules, defects included.", HelpName = "reference" };
        compat.AcceptOnlyFromAmong("reference");
        var placements = new Option<int>("--placements")
        {
            Description = "2: run the network twice on differently placed patches and average: twice the time, cells that depend less on where a tile begins.",
            HelpName = "1|2",
            DefaultValueFactory = _ => 1,
        };
        placements.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is var count)
            {
                if (count is < 1 or > 2)
                {
                    result.AddError(FormattableString.Invariant($"--placements must be 1 or 2, found {count}."));
                }
                else if (count == 2 && result.GetResult(compat) is { Tokens.Count: > 0 })
                {
                    result.AddError("--placements 2 cannot be combined with --compat reference: the published program looks once.");
                }
            }
        });
        var classifiers = new Option<string?>("--classifier")
        {
            Description = "Token classifiers, files or names in the models folder, separated by commas; each gives the cells a layer of classes. "
                + "The network's own classes are then not computed.",
            HelpName = "A,B",
        };
        var binary = new Option<bool>("--binary") { Description = "Only find nuclei: every one gets the class 'nuclei'." };
        var fresh = new Option<bool>("--fresh") { Description = "Forget earlier work on these slides and replace their stores. Default: go on where the last run stopped." };
        var json = CommonOptions.Json();
        var command = new Command(
            "run",
            "Finds all nuclei of the slides. Interrupted or killed, the same command goes on from the finished tiles.\n\nExamples:\n"
            + "  cellvit run demo\n  cellvit run slide.svs --out results\n  cellvit run cohort/ --out results\n  cellvit run image.png --mpp 0.25\n"
            + "  cellvit run slide.svs --model CellViT-SAM-H-x40.pth --classifier consep.pth,lizard.pth")
        {
            slides, output, model, mpp, magnification, region, workers, device, precision, placements, classifiers, binary, compat, fresh, json,
        };
        command.SetAction((parsed, cancellation) => RunSession.RunAsync(
            new RunSessionOptions
            {
                Inputs = parsed.GetRequiredValue(slides),
                Output = parsed.GetRequiredValue(output).FullName,
                Model = parsed.GetValue(model),
                Mpp = parsed.GetValue(mpp) is double value ? new Mpp(value) : null,
                Magnification = parsed.GetValue(magnification),
                RegionPath = ExistingPath(parsed.GetValue(region)),
                Workers = parsed.GetValue(workers),
                Precision = parsed.GetValue(precision) is { } format ? Precisions.Parse(format) : null,
                Device = parsed.GetRequiredValue(device),
                Compatibility = parsed.GetValue(compat) is null ? CompatibilityMode.Default : CompatibilityMode.Reference,
                Placements = parsed.GetValue(placements),
                Classifiers = (parsed.GetValue(classifiers) ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                Binary = parsed.GetValue(binary),
                Fresh = parsed.GetValue(fresh),
                Json = parsed.GetValue(json),
            },
            cancellation));
        return command;
    }

    private static string? ExistingPath(FileInfo? file) => file is null || file.Exists
        ? file?.FullName
        : throw new ConfigurationException(
            $"The region of interest '{file.FullName}' cannot be read.", "The file does not exist.", "Check the path given with --roi.");
}
