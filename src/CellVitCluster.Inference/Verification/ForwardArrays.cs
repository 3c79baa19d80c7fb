using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CellVitCluster.Model;
using static TorchSharp.torch;

namespace CellVitCluster.Inference.Verification;

/// <summary>Which part of which output a recorded array holds. Source: goldens/forward/README.md.</summary>
internal static partial class ForwardArrays
{
    /// <summary>The output that a file name belongs to, without batch number and view; null for a file of another kind.</summary>
    public static string? OutputOf(string file) => Name().Match(file) is { Success: true } match ? match.Groups["output"].Value : null;

    /// <summary>Cuts the part out of our result that a recorded array holds.</summary>
    /// <param name="file">File name without extension.</param>
    /// <param name="input">Normalized input, <c>[B, 3, H, W]</c>.</param>
    /// <param name="output">Outputs of the network.</param>
    /// <param name="details">Description of this output in <c>model.json</c>; null for the input.</param>
    /// <returns>Elements in row-major order.</returns>
    public static float[] Cut(string file, Tensor input, NetworkOutput output, JsonNode? details)
    {
        using var scope = NewDisposeScope();
        Match name = Name().Match(file);
        Tensor? whole = name.Groups["output"].Value switch
        {
            "input_norm" => input,
            "nuclei_binary_map" => output.NucleiBinaryMap,
            "hv_map" => output.DistanceMap,
            "nuclei_type_map" => output.NucleiTypeMap,
            "regression_map" => output.RegressionMap,
            "tissue_types" => output.TissueTypes,
            _ => output.Tokens,
        };
        string view = name.Groups["view"].Value;
        if (whole is null)
        {
            throw new FormatException($"The network gives no '{name.Groups["output"].Value}'.");
        }

        Tensor image = whole[name.Groups["batch"].Success ? int.Parse(name.Groups["batch"].Value, System.Globalization.CultureInfo.InvariantCulture) : 0];
        bool tokens = ReferenceEquals(whole, output.Tokens);
        Tensor part = view switch
        {
            "" or "full" => whole,
            "tl" when ReferenceEquals(whole, input) => image[.., ..16, ..16],
            "tl" => image[.., ..24, ..24],
            "br" => image[.., ^24.., ^24..],
            "crop" => Crop(image, details!["crop_rows"]!.AsArray(), details["crop_cols"]!.AsArray()),
            "s2" when tokens => Strided(image, 2, 1, 0),
            "s4" => Strided(image, 4, 1, 2),
            _ => Strided(image, 16, 1, 2),
        };
        return MemoryMarshal.Cast<byte, float>(part.to(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
    }

    private static Tensor Crop(Tensor image, JsonArray rows, JsonArray columns) =>
        image[.., rows[0]!.GetValue<int>()..rows[1]!.GetValue<int>(), columns[0]!.GetValue<int>()..columns[1]!.GetValue<int>()];

    private static Tensor Strided(Tensor image, long step, long firstRow, long firstColumn) =>
        image[.., TensorIndex.Slice(firstRow, null, step), TensorIndex.Slice(firstColumn, null, step)];

    [GeneratedRegex("^(?<output>input_norm|nuclei_binary_map|hv_map|nuclei_type_map|regression_map|tissue_types|tokens)(_b(?<batch>[01]))?(_(?<view>s2|s4|s16|crop|tl|br|full))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
