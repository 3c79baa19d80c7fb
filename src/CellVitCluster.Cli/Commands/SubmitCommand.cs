using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Api;
using CellVitCluster.Api.Submission;
using CellVitCluster.Api.Work;
using CellVitCluster.Cli.Client;
using CellVitCluster.Cli.Output;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit submit</c>: hands slides to a cluster.</summary>
internal static class SubmitCommand
{
    public static Command Create()
    {
        var slides = new Argument<string[]>("SLIDE|FOLDER|LIST.csv")
        {
            Description = "Slides, folders of slides, or CSV lists, as the machines of the cluster see them; relative paths are made absolute here.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string?>("--out") { Description = "Folder for the stores: relative to the service's output root, or absolute inside it. Default: the root.", HelpName = "DIR" };
        var label = new Option<string?>("--label") { Description = "A few words for people.", HelpName = "TEXT" };
        var priority = new Option<string?>("--priority") { Description = "Who goes first.", HelpName = string.Join('|', PriorityName.All) };
        priority.AcceptOnlyFromAmong([.. PriorityName.All]);
        var submitter = new Option<string>("--submitter") { Description = "Who asks: submitters share the workers fairly. Default: your user name.", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };
        var model = new Option<string?>("--model") { Description = "Model: a name, or a path in the service's models folder. Default: the starter model.", HelpName = "NAME|FILE" };
        var mpp = CommonOptions.Mpp();
        var magnification = new Option<double?>("--magnification") { Description = "Objective power, for the record only.", HelpName = "X" };
        var region = new Option<string?>("--roi") { Description = "Analyze only the polygons of this GeoJSON file (level-0 pixels).", HelpName = "GEOJSON" };
        var precision = new Option<string?>("--precision") { Description = "Number format of the network. Default: the model's.", HelpName = string.Join('|', Precisions.Names) };
        precision.AcceptOnlyFromAmong([.. Precisions.Names]);
        var classifiers = new Option<string?>("--classifier") { Description = "Token classifiers, separated by commas: names, or paths in the service's models folder.", HelpName = "A,B" };
        var binary = new Option<bool>("--binary") { Description = "Only find nuclei: every one gets the class 'nuclei'." };
        var compat = new Option<string?>("--compat") { Description = "'reference': the published program's rules, defects included.", HelpName = "reference" };
        var placements = new Option<int?>("--placements") { Description = "2: run the network twice on differently placed patches and average.", HelpName = "1|2" };
        var fresh = new Option<bool>("--fresh") { Description = "Forget earlier work on these slides and replace their stores." };
        var key = new Option<string?>("--key")
        {
            Description = "Name of this submission: repeated with the same key and content, it is the same batch. Default: a random one, which this command keeps for its own "
                + "repetitions and prints; not one made of the content, because submitting the same slides again on purpose is a new batch.",
            HelpName = "K",
        };
        var watch = new Option<bool>("--watch") { Description = "Follow the batch to its end; exit codes as of 'run'." };
        Option<bool> json = CommonOptions.Json();
        return new Command(
            "submit",
            "Hands slides to a cluster and prints the id of the batch.\n\nExamples:\n  cellvit submit /slides/cohort --out cohort --watch\n"
            + "  cellvit submit slide.svs --priority stat --server http://10.0.0.1:8437")
        {
            slides, output, label, priority, submitter, model, mpp, magnification, region, precision, classifiers, binary, compat, placements, fresh, key, watch, json,
        }.Using(async (parsed, service, cancellation) =>
        {
            var request = new BatchRequest
            {
                Paths = [.. parsed.GetRequiredValue(slides).Select(Path.GetFullPath)],
                Mpp = parsed.GetValue(mpp),
                Magnification = parsed.GetValue(magnification),
                Label = parsed.GetValue(label),
                Submitter = parsed.GetValue(submitter),
                Priority = parsed.GetValue(priority),
                Output = parsed.GetValue(output),
                Model = FullPath(parsed.GetValue(model)),
                Precision = parsed.GetValue(precision),
                Classifiers = parsed.GetValue(classifiers) is { } names ? [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => FullPath(name)!)] : null,
                Binary = parsed.GetValue(binary),
                Roi = parsed.GetValue(region) is { } file ? Path.GetFullPath(file) : null,
                Compat = parsed.GetValue(compat),
                Placements = parsed.GetValue(placements),
                Fresh = parsed.GetValue(fresh),
            };
            string name = parsed.GetValue(key) ?? Guid.NewGuid().ToString();
            Console.Error.WriteLine($"key {name}");
            BatchDocument batch = await service.SubmitAsync(request, name, cancellation);
            Console.Error.WriteLine(FormattableString.Invariant($"batch {batch.Id}: {batch.Slides} slide(s), priority {batch.Priority}, results in {batch.Output}"));
            if (parsed.GetValue(watch))
            {
                return await new BatchWatch(service, batch.Id, TimeProvider.System).RunAsync(parsed.GetValue(json), cancellation);
            }

            Terminal.Results.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(batch, ApiJson.Default.BatchDocument) : batch.Id);
            return ExitCodes.Done;
        });
    }

    /// <summary>A plain name is the service's to find; a path is made absolute.</summary>
    private static string? FullPath(string? nameOrPath) =>
        nameOrPath is null || Path.GetFileName(nameOrPath) == nameOrPath ? nameOrPath : Path.GetFullPath(nameOrPath);
}
