using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Targets;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// Golden case of the training targets: a recorded label image in, distance maps and, where the case recorded them, distance probabilities,
/// offsets and star distances out (spec/pannuke-training.md §3). Tolerance 1e-6, as the goldens state.
/// </summary>
public sealed class TrainingTargetsCase : IGoldenCase
{
    private const double Tolerance = 1e-6;

    /// <summary>Star distances were recorded at every eighth pixel, from this column and row on.</summary>
    private const int StarSpacing = 8;
    private const int FirstStarColumn = 5;
    private const int FirstStarRow = 3;

    private readonly string _folder;

    private TrainingTargetsCase(string folder, string name)
    {
        _folder = folder;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The case of a folder; none when the folder holds something else.</summary>
    /// <param name="folder">Folder with instances.npy and hv.npy.</param>
    /// <param name="name">Name of the folder in reports.</param>
    public static IEnumerable<IGoldenCase> Find(string folder, string name)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return GoldenArray.Exists(Path.Combine(folder, "instances.npy")) && GoldenArray.Exists(Path.Combine(folder, "hv.npy"))
            ? [new TrainingTargetsCase(folder, name)]
            : [];
    }

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation)
    {
        try
        {
            LabelImage labels = LoadLabels();
            cancellation.ThrowIfCancellationRequested();
            var comparison = new DetectionComparison(Name);
            var distances = DistanceMaps.Of(labels);
            Compare("distance maps", "hv.npy", [.. distances.Horizontal, .. distances.Vertical], comparison);
            Compare("distance probabilities", "distance_prob.npy", DistanceProbability.Of(labels), comparison);
            var offsets = CenterOffsets.Of(labels);
            Compare("offsets", "regression.npy", [.. offsets.Horizontal, .. offsets.Vertical], comparison);
            if (GoldenArray.Exists(Path.Combine(_folder, "stardist_s8.npy")))
            {
                Compare("star distances", "stardist_s8.npy", Thin(StarDistances.Of(labels), labels), comparison);
            }

            return comparison.Result();
        }
        catch (Exception exception) when (exception is IOException or FormatException or InvalidDataException)
        {
            return DetectionComparison.Unreadable(Name, exception);
        }
    }

    private LabelImage LoadLabels()
    {
        var array = GoldenArray.Load(Path.Combine(_folder, "instances.npy"));
        if (array.Shape.Count != 2)
        {
            throw new FormatException($"instances.npy has {array.Shape.Count} axes, a label image has 2.");
        }

        var labels = new LabelImage((int)array.Shape[1], (int)array.Shape[0]);
        ReadOnlySpan<int> values = array.As<int>();
        for (int y = 0; y < labels.Height; y++)
        {
            for (int x = 0; x < labels.Width; x++)
            {
                labels[x, y] = values[(y * labels.Width) + x];
            }
        }

        return labels;
    }

    private void Compare(string what, string file, float[] actual, DetectionComparison comparison)
    {
        double[] expected = GoldenArray.Load(Path.Combine(_folder, file)).ToDoubles();
        if (actual.Length != expected.Length)
        {
            throw new FormatException($"{file} has {expected.Length} elements, the label image asks for {actual.Length}.");
        }

        comparison.Add(what, DetectionComparison.Largest(Array.ConvertAll(actual, value => (double)value), expected), Tolerance);
    }

    private static float[] Thin(float[] distances, LabelImage labels)
    {
        var thinned = new List<float>();
        for (int ray = 0; ray < StarDistances.PublishedRays; ray++)
        {
            for (int y = FirstStarRow; y < labels.Height; y += StarSpacing)
            {
                for (int x = FirstStarColumn; x < labels.Width; x += StarSpacing)
                {
                    thinned.Add(distances[(((ray * labels.Height) + y) * labels.Width) + x]);
                }
            }
        }

        return [.. thinned];
    }
}
