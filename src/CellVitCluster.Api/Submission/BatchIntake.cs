using CellVitCluster.Api.Hosting;
using CellVitCluster.Api.Paths;
using CellVitCluster.Api.Problems;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Lists;
using CellVitCluster.Slides.Regions;

namespace CellVitCluster.Api.Submission;

/// <summary>Understands a request: checks it, keeps its paths inside the roots, finds its slides, has its template composed. Thread-safe.</summary>
/// <param name="options">Limits.</param>
/// <param name="confinement">Roots.</param>
/// <param name="templates">Knows the models.</param>
internal sealed class BatchIntake(ApiOptions options, PathConfinement confinement, IRunTemplates templates)
{
    /// <summary>Reads folders, lists and cards; may take seconds on a slow share.</summary>
    /// <exception cref="RequestInvalidException">Something is wrong with the request; it says everything that is.</exception>
    public BatchContent Understand(BatchRequest request)
    {
        var faults = new List<RequestFault>(BatchRequestRules.Check(request, options));
        if (faults.Count > 0)
        {
            throw new RequestInvalidException(faults);
        }

        List<NamedSlide> slides = FindSlides(request, faults);
        if (slides.Count > options.MaxSlides)
        {
            faults.Add(BatchRequestRules.TooMany(slides.Count, options));
        }

        RunTemplate? template = Compose(request, faults);
        return faults.Count > 0 || template is null
            ? throw new RequestInvalidException(faults)
            : new BatchContent(Name(slides), template);
    }

    private List<NamedSlide> FindSlides(BatchRequest request, List<RequestFault> faults)
    {
        var found = new List<NamedSlide>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < (request.Slides?.Count ?? 0); i++)
        {
            SlideRequest slide = request.Slides![i];
            if (Try(FormattableString.Invariant($"slides[{i}].path"), () => confinement.Slide(slide.Path!), faults) is { } path && known.Add(path))
            {
                found.Add(new NamedSlide(new SlideSource(path, slide.Mpp is double mpp ? new Mpp(mpp) : null, slide.Magnification), slide.Name));
            }
        }

        for (int i = 0; i < (request.Paths?.Count ?? 0); i++)
        {
            string path = request.Paths![i];
            foreach (SlideSource slide in Try(FormattableString.Invariant($"paths[{i}]"), () => Expand(path, request), faults) ?? [])
            {
                if (known.Add(slide.Path))
                {
                    found.Add(new NamedSlide(slide, null));
                }
            }
        }

        return found;
    }

    private IReadOnlyList<SlideSource> Expand(string path, BatchRequest request)
    {
        IReadOnlyList<SlideSource> slides = SlideFinder.Find(
            [confinement.Slide(path)], request.Mpp is double mpp ? new Mpp(mpp) : null, request.Magnification, candidate => confinement.Slide(candidate));

        // What a folder shows may be a link that leads out of it. Where to is nobody's business.
        return slides.All(slide => confinement.IsSlide(slide.Path))
            ? slides
            : throw new CellVitException(
                ErrorCode.PathOutsideRoots,
                $"The slides of '{path}' are refused.",
                "One of them is a link that leads out of the slide roots (--slide-root).",
                "Remove the link, or name the other slides one by one.");
    }

    private RunTemplate? Compose(BatchRequest request, List<RequestFault> faults)
    {
        int before = faults.Count;
        string? output = Try("output", () => confinement.Output(request.Output), faults);
        string? region = request.Roi is null ? null : Try("roi", () => Readable(confinement.Slide(request.Roi)), faults);
        string? model = request.Model is null ? null : Try("model", () => confinement.Model(request.Model), faults);
        string?[] classifiers = [.. (request.Classifiers ?? [])
            .Select((classifier, i) => Try(FormattableString.Invariant($"classifiers[{i}]"), () => confinement.Model(classifier), faults))];
        return faults.Count > before
            ? null
            : Try("model", () => templates.Compose(new RunTemplateRequest
            {
                OutputDirectory = output!,
                RegionPath = region,
                Model = model,
                Precision = request.Precision,
                Classifiers = [.. classifiers.OfType<string>()],
                Binary = request.Binary,
                Reference = request.Compat is not null,
                Placements = request.Placements ?? 1,
                Fresh = request.Fresh,
            }), faults);
    }

    /// <summary>A slide keeps the name of its file unless another one of the batch has the same: then the content decides.</summary>
    private static BatchSlide[] Name(List<NamedSlide> slides)
    {
        ILookup<string, NamedSlide> names = slides.ToLookup(slide => slide.Name ?? slide.Source.Stem, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. slides.Select(slide => new BatchSlide(
                slide.Source.Path,
                slide.Name ?? (names[slide.Source.Stem].Skip(1).Any() || !BatchRequestRules.IsName(slide.Source.Stem) ? null : slide.Source.Stem),
                slide.Source.Mpp?.MicronsPerPixel,
                slide.Source.Magnification)),
        ];
    }

    /// <summary>A region that nobody can read would fail every slide of the batch.</summary>
    private static string Readable(string region)
    {
        RegionFile.Read(region);
        return region;
    }

    private static T? Try<T>(string field, Func<T> read, List<RequestFault> faults)
        where T : class
    {
        try
        {
            return read();
        }
        catch (CellVitException exception)
        {
            faults.Add(new RequestFault(field, exception));
            return null;
        }
    }

    private sealed record NamedSlide(SlideSource Source, string? Name);
}
