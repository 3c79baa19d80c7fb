using System.Text;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Api.Problems;
using CellVitCluster.Api.Work;

namespace CellVitCluster.Api.Submission;

/// <summary>What can be wrong with a request before any file is looked at.</summary>
internal static class BatchRequestRules
{
    private const int MaxTextLength = 200;
    private const int MaxNameBytes = 200;
    private const int MaxPathLength = 4096;
    private const int MaxClassifiers = 32;

    /// <summary>Everything that is wrong, in the order of the body.</summary>
    public static IEnumerable<RequestFault> Check(BatchRequest request, ApiOptions options) =>
    [
        .. CheckSlides(request.Slides ?? []),
        .. CheckPaths(request.Paths ?? []),
        .. CheckCount(request, options),
        .. CheckNumber("mpp", request.Mpp),
        .. CheckNumber("magnification", request.Magnification),
        .. CheckText("label", request.Label),
        .. CheckText("submitter", request.Submitter),
        .. CheckChoice("priority", request.Priority, PriorityName.All),
        .. CheckPath("output", request.Output),
        .. CheckPath("model", request.Model),
        .. CheckPath("roi", request.Roi),
        .. CheckChoice("compat", request.Compat, ["reference"]),
        .. CheckPlacements(request),
        .. CheckClassifiers(request.Classifiers ?? []),
    ];

    private static IEnumerable<RequestFault> CheckSlides(IReadOnlyList<SlideRequest> slides)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < slides.Count; i++)
        {
            string field = FormattableString.Invariant($"slides[{i}]");
            if (slides[i] is not { Path.Length: > 0 } slide)
            {
                yield return RequestFault.Invalid(field, "The slide cannot be used.", "It has no path.", "State the absolute path of its file.");
                continue;
            }

            foreach (RequestFault fault in CheckPath($"{field}.path", slide.Path)
                .Concat(CheckNumber($"{field}.mpp", slide.Mpp)).Concat(CheckNumber($"{field}.magnification", slide.Magnification)))
            {
                yield return fault;
            }

            if (slide.Name is not null && !IsName(slide.Name))
            {
                yield return RequestFault.Invalid(
                    $"{field}.name", $"The name '{slide.Name}' cannot be used.", "It becomes the name of a folder.",
                    "Choose one without slashes, control characters and a dot at its beginning, of at most 200 bytes.");
            }
            else if (slide.Name is not null && !names.Add(slide.Name))
            {
                yield return RequestFault.Invalid(
                    $"{field}.name", $"The name '{slide.Name}' cannot be used.", "Another slide of the batch has it.", "Name each slide differently, or leave the names out.");
            }
        }
    }

    /// <summary>Whether a name can be the name of a store.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl) && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes;

    private static IEnumerable<RequestFault> CheckPaths(IReadOnlyList<string> paths) =>
        paths.SelectMany((path, i) => string.IsNullOrEmpty(path)
            ? [RequestFault.Invalid(FormattableString.Invariant($"paths[{i}]"), "The path cannot be used.", "It is empty.", "State an absolute path.")]
            : CheckPath(FormattableString.Invariant($"paths[{i}]"), path));

    private static IEnumerable<RequestFault> CheckCount(BatchRequest request, ApiOptions options)
    {
        int named = (request.Slides?.Count ?? 0) + (request.Paths?.Count ?? 0);
        if (named == 0)
        {
            yield return RequestFault.Invalid("slides", "There is nothing to analyze.", "Neither 'slides' nor 'paths' names anything.", "Name at least one slide, folder or list.");
        }
        else if (named > options.MaxSlides)
        {
            yield return TooMany(named, options);
        }
    }

    /// <summary>The fault of a batch with too many slides.</summary>
    public static RequestFault TooMany(int slides, ApiOptions options) => RequestFault.Invalid(
        "slides",
        "The batch cannot be accepted.",
        FormattableString.Invariant($"It has {slides} slides, at most {options.MaxSlides} are allowed."),
        "Divide it into several batches.");

    private static IEnumerable<RequestFault> CheckNumber(string field, double? value)
    {
        if (value is double number && !(number > 0 && number < 1000))
        {
            yield return RequestFault.Invalid(
                field, FormattableString.Invariant($"The value {number} cannot be used."), "A positive number below 1000 is expected.", "Correct it, or leave it out: then the file says it.");
        }
    }

    private static IEnumerable<RequestFault> CheckText(string field, string? value)
    {
        if (value is not null && (value.Length > MaxTextLength || value.Any(char.IsControl)))
        {
            yield return RequestFault.Invalid(field, "The text cannot be used.", "It is longer than 200 characters, or contains control characters.", "Shorten it.");
        }
    }

    private static IEnumerable<RequestFault> CheckPath(string field, string? value)
    {
        if (value is not null && (value.Length > MaxPathLength || value.Contains('\0', StringComparison.Ordinal)))
        {
            yield return RequestFault.Invalid(field, "The path cannot be used.", "It is longer than 4096 characters, or contains a zero.", "Correct it.");
        }
    }

    private static IEnumerable<RequestFault> CheckChoice(string field, string? value, IReadOnlyList<string> choices)
    {
        if (value is not null && !choices.Contains(value, StringComparer.Ordinal))
        {
            yield return RequestFault.Invalid(field, $"The value '{value}' cannot be used.", $"Expected: {string.Join(", ", choices)}.", "Correct it, or leave it out.");
        }
    }

    private static IEnumerable<RequestFault> CheckPlacements(BatchRequest request)
    {
        if (request.Placements is int placements and not (1 or 2))
        {
            yield return RequestFault.Invalid("placements", FormattableString.Invariant($"The value {placements} cannot be used."), "Expected: 1 or 2.", "Correct it, or leave it out.");
        }
        else if (request is { Placements: 2, Compat: not null })
        {
            yield return RequestFault.Invalid("placements", "Two placements cannot be combined with 'compat'.", "The published program looks once.", "Leave one of them out.");
        }
    }

    private static IEnumerable<RequestFault> CheckClassifiers(IReadOnlyList<string> classifiers)
    {
        if (classifiers.Count > MaxClassifiers || classifiers.Any(string.IsNullOrWhiteSpace))
        {
            yield return RequestFault.Invalid("classifiers", "The classifiers cannot be used.", "There are more than 32, or one has no name.", "Correct the list.");
        }

        foreach (RequestFault fault in classifiers.SelectMany((classifier, i) => CheckPath(FormattableString.Invariant($"classifiers[{i}]"), classifier)))
        {
            yield return fault;
        }
    }
}
