using System.Security.Cryptography;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Model.Devices;
using CellVitCluster.Slides.Identity;

namespace CellVitCluster.Cli.Submission;

/// <summary>What the user asked for, beyond the slides.</summary>
/// <param name="OutputDirectory">Absolute path of the folder that takes the stores.</param>
/// <param name="RegionPath">Region-of-interest file, or null.</param>
/// <param name="Compatibility">Whose rules decide.</param>
/// <param name="Placements">Placements of the network's patches that are averaged, 1 or 2.</param>
/// <param name="Classes">Where the classes of the cells come from.</param>
/// <param name="Replace">Whether stores of other runs may be replaced.</param>
internal sealed record RunRequest(
    string OutputDirectory, string? RegionPath, CompatibilityMode Compatibility, int Placements, RunClasses Classes, bool Replace);

/// <summary>The model as runs refer to it.</summary>
/// <param name="Digest">SHA-256 of the weights.</param>
/// <param name="CardJson">Its card.</param>
/// <param name="TokenWidth">Length of an embedding.</param>
/// <param name="Taxonomy">Classes of its class branch.</param>
/// <param name="Precision">Number format it runs in: cells of another format are another run, never the rest of one.</param>
internal sealed record RunModel(string Digest, string CardJson, int TokenWidth, Taxonomy Taxonomy, Precision Precision);

/// <summary>A slide that is ready to be submitted, or the reason why it is not.</summary>
internal sealed record ComposedRun(SlideSource Source, string Name, RunSpecification? Specification, FailureMessage? Failure);

/// <summary>Turns the slides of a command into runs with unique names; what makes a run is <see cref="RunComposition"/>'s.</summary>
internal static class RunComposer
{
    /// <summary>Composes all slides of a command; problems of one slide stay with that slide.</summary>
    public static IReadOnlyList<ComposedRun> Compose(IReadOnlyList<SlideSource> slides, RunModel model, RunRequest request)
    {
        RunTemplate template = Template(model, request);
        ILookup<string, SlideSource> stems = slides.ToLookup(slide => slide.Stem, StringComparer.OrdinalIgnoreCase);
        (SlideSource Source, SlideId? Id, FailureMessage? Failure)[] identified = [.. slides.AsParallel().AsOrdered().Select(Identify)];
        var runs = new List<ComposedRun>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((SlideSource source, SlideId? id, FailureMessage? failure) in identified)
        {
            if (id is not SlideId slideId)
            {
                runs.Add(new ComposedRun(source, source.Stem, null, failure));
                continue;
            }

            // Two slides of one name: both get their content's digits, so that neither the order nor the other slide matters.
            string? name = stems[source.Stem].Skip(1).Any() ? null : source.Stem;
            RunSpecification run = RunComposition.Specify(
                new BatchSlide(source.Path, name, source.Mpp?.MicronsPerPixel, source.Magnification), slideId, template);
            if (seen.Add(run.Name))
            {
                FailureMessage? occupation = RunComposition.Occupation(run);
                runs.Add(new ComposedRun(source, run.Name, occupation is null ? run : null, occupation));
            }
        }

        return runs;
    }

    private static (SlideSource Source, SlideId? Id, FailureMessage? Failure) Identify(SlideSource source)
    {
        try
        {
            return (source, SlideIdentity.Compute(source.Path), null);
        }
        catch (Exception exception) when (exception is CellVitException or IOException or UnauthorizedAccessException)
        {
            return (source, null, FailureMessage.From(exception, $"Slide '{source.Path}' cannot be read."));
        }
    }

    private static RunTemplate Template(RunModel model, RunRequest request) => new()
    {
        OutputDirectory = request.OutputDirectory,
        Compatibility = (int)request.Compatibility,
        RegionPath = request.RegionPath,
        RegionDigest = request.RegionPath is null ? null : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(request.RegionPath))),
        ModelDigest = model.Digest,
        ModelCard = model.CardJson,
        TokenWidth = model.TokenWidth,
        Precision = Precisions.NameOf(model.Precision),
        TaxonomyName = request.Classes.Taxonomy.Name,
        Classes = [.. request.Classes.Taxonomy.Classes.Select(ClassMessage.From)],
        ClassBranch = (int)request.Classes.Branch,
        Classifiers = request.Classes.Classifiers.Count == 0 ? null : [.. request.Classes.Classifiers.Select(ClassifierMessage.From)],
        Placements = request.Placements == 1 ? null : request.Placements,
        Fresh = request.Replace,
    };
}
