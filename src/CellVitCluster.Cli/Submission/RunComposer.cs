using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>Turns slides into run specifications: identity, unique names, directories, run ids.</summary>
internal static class RunComposer
{
    /// <summary>Part of every run id: grows when the same input would lead to other cells.</summary>
    private const string ResultVersion = "cells-2";

    /// <summary>Composes all slides of a command; problems of one slide stay with that slide.</summary>
    public static IReadOnlyList<ComposedRun> Compose(IReadOnlyList<SlideSource> slides, RunModel model, RunRequest request)
    {
        (SlideSource Source, SlideId? Id, FailureMessage? Failure)[] identified = [.. slides.AsParallel().AsOrdered().Select(Identify)];
        var runs = new List<ComposedRun>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((SlideSource source, SlideId? id, FailureMessage? failure) in identified)
        {
            bool shared = slides.Count(other => string.Equals(other.Stem, source.Stem, StringComparison.OrdinalIgnoreCase)) > 1;
            if (id is not SlideId slideId)
            {
                runs.Add(new ComposedRun(source, source.Stem, null, failure));
                continue;
            }

            // Two slides of one name: both get their content's digits, so that neither the order nor the other slide matters.
            string name = shared ? $"{source.Stem}-{slideId.Value[..8]}" : source.Stem;
            if (seen.Add(name))
            {
                runs.Add(Specify(source, slideId, name, model, request));
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

    private static ComposedRun Specify(SlideSource source, SlideId slideId, string name, RunModel model, RunRequest request)
    {
        string runId = RunIdOf(slideId, name, source, model, request);
        string store = Path.Combine(request.OutputDirectory, name);
        if (Occupied(store, runId, request) is FailureMessage failure)
        {
            return new ComposedRun(source, name, null, failure);
        }

        return new ComposedRun(
            source,
            name,
            new RunSpecification
            {
                RunId = runId,
                SlideId = slideId.Value,
                SlidePath = source.Path,
                Mpp = source.Mpp?.MicronsPerPixel,
                Magnification = source.Magnification,
                Name = name,
                StoreDirectory = store,
                WorkDirectory = Path.Combine(request.OutputDirectory, OutputFolder.Hidden, "runs", runId),
                Compatibility = (int)request.Compatibility,
                RegionPath = request.RegionPath,
                ModelDigest = model.Digest,
                ModelCard = model.CardJson,
                TokenWidth = model.TokenWidth,
                TaxonomyName = request.Classes.Taxonomy.Name,
                Classes = [.. request.Classes.Taxonomy.Classes.Select(ClassMessage.From)],
                ClassBranch = (int)request.Classes.Branch,
                Classifiers = request.Classes.Classifiers.Count == 0 ? null : [.. request.Classes.Classifiers.Select(ClassifierMessage.From)],
                ReplaceStore = request.Replace,
                Placements = request.Placements == 1 ? null : request.Placements,
            },
            null);
    }

    private static string RunIdOf(SlideId slideId, string name, SlideSource source, RunModel model, RunRequest request)
    {
        string region = request.RegionPath is null ? string.Empty : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(request.RegionPath)));
        string identity = string.Join(
            '\n',
            ResultVersion,
            slideId.Value,
            name,
            model.Digest,
            model.CardJson,
            source.Mpp?.MicronsPerPixel.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty,
            request.Compatibility.ToString(),
            region);
        identity += request.Classes.Identity;
        if (model.Precision != Precision.Single)
        {
            identity += "\n" + Precisions.NameOf(model.Precision);
        }

        if (request.Placements != 1)
        {
            identity += FormattableString.Invariant($"\nplacements {request.Placements}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..32];
    }

    private static FailureMessage? Occupied(string store, string runId, RunRequest request)
    {
        if (request.Replace || !Directory.Exists(store) || !Directory.EnumerateFileSystemEntries(store).Any())
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

        using Store.Cells.CellStore present = Store.Cells.CellStore.Open(store);
        return present.Manifest.Run == runId
            ? null
            : new FailureMessage(
                ErrorCode.OutputNotWritable.Value,
                $"The cells cannot be stored at '{store}'.",
                $"It holds the cells of another run ({present.Manifest.Run[..8]}: other model, parameters, slide content, or a version of this program that finds other cells).",
                "Choose another --out, or pass --fresh to replace it.");
    }
}
