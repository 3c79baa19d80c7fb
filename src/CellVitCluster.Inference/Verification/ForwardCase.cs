using System.Globalization;
using System.Text.Json.Nodes;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Inference.Preprocessing;
using CellVitCluster.Model;
using CellVitCluster.Model.Devices;
using static TorchSharp.torch;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// One recorded forward pass: pixels to raw outputs, normalization included. Tolerances: goldens/forward/README.md (1e-4 for maps and
/// tissue, 2e-4 for tokens, 4e-4 for all of a published SAM size, relative to outputs whose deviation exceeds 1); they hold for fp32 on every device.
/// </summary>
public sealed class ForwardCase : IGoldenCase
{
    private readonly ForwardModel _model;
    private readonly string _input;
    private readonly string _pictures;
    private readonly InferenceDevice _device;

    private ForwardCase(string name, ForwardModel model, string input, string pictures, InferenceDevice device)
    {
        Name = name;
        _model = model;
        _input = input;
        _pictures = pictures;
        _device = device;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Finds all recorded forward passes below a folder.</summary>
    /// <param name="folder">Folder of the goldens, or one below it.</param>
    /// <param name="device">Where to run the networks.</param>
    /// <returns>Cases in order of their names, the inputs of one network one after the other.</returns>
    public static IReadOnlyList<IGoldenCase> Find(string folder, InferenceDevice device)
    {
        string root = Path.GetFullPath(folder);
        var cases = new List<IGoldenCase>();
        foreach (string checkpoint in Directory.EnumerateFiles(root, "checkpoint.pth.br", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string place = Path.GetDirectoryName(checkpoint)!;
            var model = new ForwardModel(place);
            string prefix = place == root ? Path.GetFileName(place) : Path.GetRelativePath(root, place).Replace('\\', '/');
            string pictures = Path.Combine(place, "..", "..", "tiles");
            cases.AddRange(model.Inputs.Select(input => new ForwardCase($"{prefix}/{input}", model, input, pictures, device)));
        }

        return cases;
    }

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return _model.Use(_input, _device, Compare);
        }
        catch (Exception e) when (e is IOException or FormatException or CellVitException or ArgumentException or System.Text.Json.JsonException)
        {
            return new GoldenResult(Name, GoldenOutcome.Failed, double.NaN, double.NaN, e.Message);
        }
    }

    private GoldenResult Compare(LoadedModel model)
    {
        IReadOnlyList<PictureFile> pictures = ForwardInput.Load(_input, _pictures);
        using var normalizer = new InputNormalizer(model);
        using Tensor input = normalizer.Normalize(pictures.Count, pictures[0].Width, pictures[0].Height, i => pictures[i].Rgb);
        using NetworkOutput output = model.Forward(input, BranchSelection.All);
        JsonNode? outputs = _model.Description["inputs"]?[_input]?["outputs"];
        var worst = new GoldenResult(Name, GoldenOutcome.Failed, double.NaN, double.NaN, "No arrays to compare.");
        double worstRatio = -1;
        string[] files = [.. Directory.EnumerateFiles(_model.FolderOf(_input), "*.npy").Order(StringComparer.Ordinal)];
        foreach (string file in files)
        {
            string array = Path.GetFileNameWithoutExtension(file);
            string kind = ForwardArrays.OutputOf(array) ?? throw new FormatException($"Array '{array}' is of an unknown kind.");
            double[] expected = GoldenArray.Load(file).ToDoubles();
            float[] actual = ForwardArrays.Cut(array, input, output, outputs?[kind]);
            double difference = Difference(expected, actual, array);
            double tolerance = Widening(kind, _device.Precision) * Tolerance(kind, _model.IsPublishedSam, outputs?[kind]?["std"]?.GetValue<double>() ?? 1);
            if (difference / tolerance > worstRatio)
            {
                worstRatio = difference / tolerance;
                worst = worst with { LargestDifference = difference, Tolerance = tolerance, Detail = array };
            }
        }

        return worst with
        {
            Outcome = worstRatio is >= 0 and <= 1 ? GoldenOutcome.Passed : GoldenOutcome.Failed,
            Detail = string.Create(CultureInfo.InvariantCulture, $"{files.Length} arrays, nearest to its tolerance: {worst.Detail}"),
        };
    }

    /// <summary>Largest absolute difference; infinite when a value is not a number.</summary>
    private static double Difference(double[] expected, float[] actual, string array)
    {
        if (expected.Length != actual.Length)
        {
            throw new FormatException($"Array '{array}' has {expected.Length} elements, {actual.Length} were computed.");
        }

        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
        }

        return largest;
    }

    /// <summary>
    /// How much more a shorter number format may round: of all recorded cases on a GPU, fp16 takes 227 times the tolerance of fp32 at most and bf16,
    /// with three bits less, 1,561 times (both <c>samb-official</c>). The normalized input is fp32 in every format.
    /// </summary>
    private static double Widening(string kind, Precision precision) => (kind, precision) switch
    {
        ("input_norm", _) or (_, Precision.Single) => 1,
        (_, Precision.Half) => 300,
        _ => 2400,
    };

    /// <summary>Twelve wide blocks with large activations round more than the reduced networks do.</summary>
    private static double Tolerance(string kind, bool isPublishedSam, double deviation) => kind switch
    {
        "input_norm" => 1e-6,
        _ when isPublishedSam => 4e-4 * Math.Max(1, deviation),
        "tokens" => 2e-4 * Math.Max(1, deviation),
        _ => 1e-4 * Math.Max(1, deviation),
    };
}
