using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Slides.Identity;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.Cluster.Admission;

/// <summary>A slide that may become a run, or the reason why it may not.</summary>
/// <param name="Specification">The run, or null.</param>
/// <param name="Failure">The reason, or null.</param>
public sealed record ComposedSlide(RunSpecification? Specification, FailureMessage? Failure);

/// <summary>
/// Makes a run of a slide: its identity, name, directories and run id. The same slide with the same template is the same run, whoever asks
/// for it and however. Reads files, so never called inside an actor.
/// </summary>
public static class RunComposition
{
    /// <summary>Name of the folder inside an output folder that takes unfinished work.</summary>
    public const string HiddenFolder = ".cellvit";

    /// <summary>Number format of the network that run ids do not mention.</summary>
    private const string PlainPrecision = "fp32";

    /// <summary>Part of every run id: grows when the same input would lead to other cells.</summary>
    private const string ResultVersion = "cells-2";

    /// <summary>Identifies a slide and composes its run; whatever is wrong with the slide or its place in the output is the reply.</summary>
    public static ComposedSlide Compose(BatchSlide slide, RunTemplate template)
    {
        ArgumentNullException.ThrowIfNull(slide);
        ArgumentNullException.ThrowIfNull(template);
        try
        {
            RunSpecification run = Specify(slide, SlideIdentity.Compute(slide.Path), template);
            return Occupation(run) is FailureMessage failure ? new ComposedSlide(null, failure) : new ComposedSlide(run, null);
        }
        catch (Exception exception) when (exception is CellVitException or IOException or UnauthorizedAccessException)
        {
            return new ComposedSlide(null, FailureMessage.From(exception, $"Slide '{slide.Path}' cannot be read."));
        }
    }

    /// <summary>The run of an identified slide.</summary>
    public static RunSpecification Specify(BatchSlide slide, SlideId slideId, RunTemplate template)
    {
        ArgumentNullException.ThrowIfNull(slide);
        ArgumentNullException.ThrowIfNull(template);
        string name = slide.Name ?? $"{Path.GetFileNameWithoutExtension(slide.Path)}-{slideId.Value[..8]}";
        string runId = RunIdOf(slide, slideId, name, template);
        return new RunSpecification
        {
            RunId = runId,
            SlideId = slideId.Value,
            SlidePath = slide.Path,
            Mpp = slide.Mpp,
            Magnification = slide.Magnification,
            Name = name,
            StoreDirectory = Path.Combine(template.OutputDirectory, name),
            WorkDirectory = Path.Combine(template.OutputDirectory, HiddenFolder, "runs", runId),
            Compatibility = template.Compatibility,
            RegionPath = template.RegionPath,
            ModelDigest = template.ModelDigest,
            ModelCard = template.ModelCard,
            TokenWidth = template.TokenWidth,
            TaxonomyName = template.TaxonomyName,
            Classes = template.Classes,
            ClassBranch = template.ClassBranch,
            Classifiers = template.Classifiers,
            ReplaceStore = template.Fresh,
            Placements = template.Placements,
            Precision = template.Precision,
        };
    }

    /// <summary>Why the run's store cannot be put in its place, or null when it can.</summary>
    /// <exception cref="StoreException">What is there is a damaged store.</exception>
    public static FailureMessage? Occupation(RunSpecification run)
    {
        ArgumentNullException.ThrowIfNull(run);
        string store = run.StoreDirectory;
        if (run.ReplaceStore || !Directory.Exists(store) || !Directory.EnumerateFileSystemEntries(store).Any())
        {
            return null;
        }

        string manifest = Path.Combine(store, "manifest.json");
        if (!File.Exists(manifest))
        {
            return new FailureMessage(
                ErrorCode.OutputNotWritable.Value,
                $"The cells cannot be stored at '{store}'.",
                "A folder that is no cell store is in the way.",
                "Choose another --out, or move that folder.");
        }

        using CellStore present = CellStore.Open(store);
        return present.Manifest.Run == run.RunId
            ? null
            : new FailureMessage(
                ErrorCode.OutputNotWritable.Value,
                $"The cells cannot be stored at '{store}'.",
                $"It holds the cells of another run ({present.Manifest.Run[..8]}: other model, parameters, slide content, or a version of this program that finds other cells).",
                "Choose another --out, or pass --fresh to replace it.");
    }

    private static string RunIdOf(BatchSlide slide, SlideId slideId, string name, RunTemplate template)
    {
        var identity = new StringBuilder();
        identity.AppendJoin(
            '\n',
            ResultVersion,
            slideId.Value,
            name,
            template.ModelDigest,
            template.ModelCard,
            slide.Mpp?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty,
            ((CompatibilityMode)template.Compatibility).ToString(),
            template.RegionDigest ?? string.Empty);

        // What was added later is mentioned only where it is used, so that older runs keep their ids.
        if (template.ClassBranch != (int)ClassBranchUse.Classes)
        {
            identity.Append('\n').Append((ClassBranchUse)template.ClassBranch);
        }

        foreach (ClassifierMessage classifier in template.Classifiers ?? [])
        {
            identity.Append('\n').Append(classifier.Sha256).Append(' ').Append(classifier.TaxonomyName);
            identity.AppendJoin(string.Empty, classifier.Classes.Select(c => FormattableString.Invariant($"\t{c.Id} {c.Red},{c.Green},{c.Blue} {c.Name}")));
        }

        if (!string.Equals(template.Precision, PlainPrecision, StringComparison.Ordinal))
        {
            identity.Append('\n').Append(template.Precision);
        }

        if (template.Placements is int placements and not 1)
        {
            identity.Append(CultureInfo.InvariantCulture, $"\nplacements {placements}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.ToString())))[..32];
    }
}
