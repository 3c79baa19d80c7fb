using System.Globalization;
using System.Text.Json;
using CellVitCluster.Detection.Compat;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// Golden case of the published cleaning at tile overlaps: recorded cells of several tiles in, kept cells out (spec/inference.md §14); the
/// book-keeping of §11 and the token means of §12 are compared too where the case recorded them. Between cells of equal area the published
/// program follows its spatial index; differences among the cells listed for that reason are allowed.
/// </summary>
public sealed class OverlapCase : IGoldenCase
{
    private readonly string _folder;

    private OverlapCase(string folder, string name)
    {
        _folder = folder;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The case of a folder; none when the folder holds something else.</summary>
    /// <param name="folder">Folder with cells_before.json.gz and expected.json.</param>
    /// <param name="name">Name of the folder in reports.</param>
    public static IEnumerable<IGoldenCase> Find(string folder, string name)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return File.Exists(Path.Combine(folder, OverlapCaseCell.FileName)) && File.Exists(Path.Combine(folder, "expected.json"))
            ? [new OverlapCase(folder, name)]
            : [];
    }

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation)
    {
        try
        {
            var comparison = new DetectionComparison(Name);
            using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "expected.json")));
            int downsample = expected.RootElement.TryGetProperty("downsampling", out JsonElement factor) ? factor.GetInt32() : 1;
            IReadOnlyList<OverlapCaseCell> cells = OverlapCaseCell.Load(_folder, downsample);
            comparison.AddUnequal($"placements ({cells.Count(cell => cell.IsFromTile)})", cells.Count(cell => !cell.PlacementMatches()));
            CompareKept([.. cells.Select(cell => cell.Recorded)], expected.RootElement, comparison, cancellation);
            if (GoldenArray.Exists(Path.Combine(_folder, "tile_tokens.npy")))
            {
                OverlapCaseTokens.Compare(_folder, cells, expected.RootElement, comparison);
            }

            return comparison.Result();
        }
        catch (Exception exception) when (exception is IOException or FormatException or InvalidDataException or JsonException or KeyNotFoundException)
        {
            return DetectionComparison.Unreadable(Name, exception);
        }
    }

    private static void CompareKept(
        List<ReferenceCell> cells, JsonElement expected, DetectionComparison comparison, CancellationToken cancellation)
    {
        int[] Ids(string name) => [.. expected.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

        List<int> compared = ReferenceCleaner.RemoveCut(cells);
        comparison.AddUnequal("cells that enter the comparison", SymmetricDifference(compared, Ids("edge_stage_ids")).Count);

        IReadOnlyList<int> kept = ReferenceCleaner.Clean(cells, cancellation);
        HashSet<int> differing = SymmetricDifference(kept, Ids("keep_ids"));
        int all = differing.Count;
        differing.ExceptWith(Ids("order_dependent_ids"));
        comparison.AddUnequal(string.Create(CultureInfo.InvariantCulture, $"kept ({kept.Count}, {all} differ by index order)"), differing.Count);
    }

    private static HashSet<int> SymmetricDifference(IEnumerable<int> actual, IEnumerable<int> expected)
    {
        HashSet<int> difference = [.. actual];
        difference.SymmetricExceptWith(expected);
        return difference;
    }
}
