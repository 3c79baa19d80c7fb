using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Inference.Classification;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// Recorded results of one token classifier: tokens to logits, probabilities and classes. Tolerances: goldens/classifier/README.md (1e-4
/// on logits, 1e-5 on probabilities, no class may differ).
/// </summary>
public sealed class ClassifierCase : IGoldenCase
{
    private const double LogitTolerance = 1e-4;
    private const double ProbabilityTolerance = 1e-5;

    private readonly string _folder;

    private ClassifierCase(string folder, string name)
    {
        _folder = folder;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The case of a folder with <c>classifier.json</c>; its checkpoint lies beside the folder in <c>checkpoints</c>.</summary>
    public static IEnumerable<IGoldenCase> Find(string folder, string name) =>
        File.Exists(Path.Combine(folder, "classifier.json")) ? [new ClassifierCase(folder, name)] : [];

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var comparison = new DetectionComparison(Name);
        try
        {
            Compare(comparison);
            return comparison.Result();
        }
        catch (Exception e) when (e is IOException or FormatException or CellVitException or ArgumentException or JsonException or KeyNotFoundException)
        {
            return DetectionComparison.Unreadable(Name, e);
        }
    }

    private void Compare(DetectionComparison comparison)
    {
        TokenClassifier classifier = Load();
        var tokens = GoldenArray.Load(Path.Combine(_folder, "tokens.npy"));
        float[] values = new float[tokens.Shape[0] * classifier.ClassCount];
        classifier.Evaluate(tokens.As<float>(), values);
        comparison.Add("logits", LargestDifference(values, "logits.npy"), LogitTolerance);
        int[] classes = [.. GoldenArray.Load(Path.Combine(_folder, "argmax.npy")).As<int>()];
        int different = 0;
        for (int row = 0; row < classes.Length; row++)
        {
            Span<float> nucleus = values.AsSpan(row * classifier.ClassCount, classifier.ClassCount);
            TokenClassifier.SoftMax(nucleus);
            different += TokenClassifier.IndexOfLargest(nucleus) == classes[row] ? 0 : 1;
        }

        comparison.Add("probabilities", LargestDifference(values, "probs.npy"), ProbabilityTolerance);
        comparison.AddUnequal("classes", different);
    }

    private TokenClassifier Load()
    {
        using JsonDocument description = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "classifier.json")));
        TokenClassifier classifier = ClassifierFile.Read(Path.Combine(_folder, "..", "checkpoints", Path.GetFileName(_folder) + ".pth"));
        string? expected = description.RootElement.GetProperty("sha256").GetString();
        return classifier.Sha256 == expected
            ? classifier
            : throw new FormatException($"The checkpoint has SHA-256 {classifier.Sha256}, classifier.json says {expected}.");
    }

    private double LargestDifference(float[] actual, string file)
    {
        double[] expected = GoldenArray.Load(Path.Combine(_folder, file)).ToDoubles();
        if (expected.Length != actual.Length)
        {
            throw new FormatException($"'{file}' has {expected.Length} values, expected {actual.Length}.");
        }

        return DetectionComparison.Largest([.. actual.Select(v => (double)v)], expected);
    }
}
