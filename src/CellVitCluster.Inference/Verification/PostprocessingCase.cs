using System.IO.Compression;
using System.Text.Json;
using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Runs;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// Golden case of the separation: recorded maps in, the instance map and the cells of one mode out, bit-identical
/// (spec/inference.md §9 and §10). Where the case recorded intermediate steps, they are compared too.
/// </summary>
public sealed class PostprocessingCase : IGoldenCase
{
    private const double CentroidTolerance = 1e-6;
    private const double ShareTolerance = 1e-9;

    /// <summary>Modes of the recorded program; ids are renumbered only by the first.</summary>
    private static readonly (string Name, SeparationParameters Parameters, bool Renumber)[] Modes =
    [
        ("inference", SeparationParameters.Reference, true),
        ("x20", SeparationParameters.Reference with { SobelSize = 11, MarkerMinimumPixels = 3 }, false),
        ("x40", SeparationParameters.Reference, false),
    ];

    private readonly string _folder;
    private readonly string _mode;
    private readonly SeparationParameters _parameters;
    private readonly bool _renumber;

    private PostprocessingCase(string folder, string name, string mode, SeparationParameters parameters, bool renumber)
    {
        _folder = folder;
        _mode = mode;
        _parameters = parameters;
        _renumber = renumber;
        Name = $"{name}/{mode}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Cases of a folder, one per recorded mode; none when the folder holds something else.</summary>
    /// <param name="folder">Folder with case.json and in_hv.npy.</param>
    /// <param name="name">Name of the folder in reports.</param>
    public static IEnumerable<IGoldenCase> Find(string folder, string name)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(Path.Combine(folder, "case.json")) || !GoldenArray.Exists(Path.Combine(folder, "in_hv.npy")))
        {
            return [];
        }

        return Modes
            .Where(mode => GoldenArray.Exists(Path.Combine(folder, $"{mode.Name}_instance_map.npy")))
            .Select(mode => new PostprocessingCase(folder, name, mode.Name, mode.Parameters, mode.Renumber));
    }

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation)
    {
        try
        {
            NetworkMaps maps = PostprocessingCaseMaps.Load(_folder);
            cancellation.ThrowIfCancellationRequested();
            var comparison = new DetectionComparison(Name);
            var workspace = new SeparationWorkspace();
            string steps = Path.Combine(_folder, $"{_mode}_steps");
            if (Directory.Exists(steps))
            {
                PostprocessingCaseSteps.Compare(steps, maps, _parameters, workspace, comparison);
            }

            LabelImage labels = HoverSeparator.Separate(maps, _parameters, workspace);
            IReadOnlyList<TileCell> cells = NucleusExtractor.Describe(labels, maps, CompatibilityMode.Reference, workspace).Cells;
            CompareInstances(labels, comparison);
            CompareCells(cells, comparison);
            return comparison.Result();
        }
        catch (Exception exception) when (exception is IOException or FormatException or InvalidDataException or JsonException or KeyNotFoundException)
        {
            return DetectionComparison.Unreadable(Name, exception);
        }
    }

    private void CompareInstances(LabelImage labels, DetectionComparison comparison)
    {
        if (_renumber)
        {
            labels.Renumber();
        }

        double[] expected = GoldenArray.Load(Path.Combine(_folder, $"{_mode}_instance_map.npy")).ToDoubles();
        comparison.AddUnequal("pixels of the instance map", PostprocessingCaseSteps.CountUnequal(labels, expected));
    }

    private void CompareCells(IReadOnlyList<TileCell> cells, DetectionComparison comparison)
    {
        using FileStream file = File.OpenRead(Path.Combine(_folder, $"{_mode}_cells.json.gz"));
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(gzip);

        // The recorded list still holds the nuclei that all pixels call background; the next step of that program drops them.
        JsonElement[] expected =
            [.. document.RootElement.GetProperty("cells").EnumerateArray().Where(cell => cell.GetProperty("type").GetInt32() != 0)];
        comparison.AddUnequal($"cells ({expected.Length})", Math.Abs(cells.Count - expected.Length));
        int boxes = 0, contours = 0, types = 0;
        double centroids = 0, shares = 0;
        for (int i = 0; i < Math.Min(cells.Count, expected.Length); i++)
        {
            TileCell cell = cells[i];
            JsonElement other = expected[i];
            boxes += SameBox(cell, other.GetProperty("bbox")) ? 0 : 1;
            contours += SameContour(cell.Contour, other.GetProperty("contour")) ? 0 : 1;
            types += cell.Class == other.GetProperty("type").GetInt32() ? 0 : 1;
            JsonElement centroid = other.GetProperty("centroid");
            centroids = Math.Max(centroids, Math.Abs(cell.Centroid.X - 0.5 - centroid[0].GetDouble()));
            centroids = Math.Max(centroids, Math.Abs(cell.Centroid.Y - 0.5 - centroid[1].GetDouble()));
            shares = Math.Max(shares, Math.Abs(cell.ClassShare - other.GetProperty("type_prob").GetDouble()));
        }

        comparison.AddUnequal("boxes", boxes);
        comparison.AddUnequal("contours", contours);
        comparison.AddUnequal("types", types);
        comparison.Add("centroids", centroids, CentroidTolerance);
        comparison.Add("type shares", shares, ShareTolerance);
    }

    private static bool SameBox(TileCell cell, JsonElement box) =>
        cell.Box.Y == box[0][0].GetInt32() && cell.Box.X == box[0][1].GetInt32()
        && cell.Box.Bottom == box[1][0].GetInt32() && cell.Box.Right == box[1][1].GetInt32();

    private static bool SameContour(TileContour contour, JsonElement points)
    {
        if (contour.Count != points.GetArrayLength())
        {
            return false;
        }

        for (int i = 0; i < contour.Count; i++)
        {
            if (contour[i].X - 0.5 != points[i][0].GetInt32() || contour[i].Y - 0.5 != points[i][1].GetInt32())
            {
                return false;
            }
        }

        return true;
    }
}
