using System.Globalization;
using System.IO.Compression;
using CellVitCluster.Detection.Classes;
using CellVitCluster.Evaluation.Regions;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>
/// Reads an instance map and, when there is one, the class map beside it: <c>inst/NAME.png</c> and <c>types/NAME.png</c>. A cell has the class
/// of most of its pixels; 0 counts only where nothing else is said, 255 is no label. Classes are named by their numbers. Thread-safe.
/// </summary>
internal static class LabelMapFile
{
    private const int NoLabel = 255;
    private static readonly string[] Extensions = [".png", ".npy", ".npy.gz"];

    /// <summary>Whether the name is that of a label map.</summary>
    public static bool IsOne(string path) => Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a map.</summary>
    /// <exception cref="Domain.Errors.CellVitException">A file cannot be used.</exception>
    public static EvaluationImage Read(string path, string name)
    {
        string? typePath = TypesOf(path);
        return EvaluationErrors.Guard(path, () =>
        {
            using ILabelRows labels = Open(path);
            using ILabelRows? types = typePath is null ? null : EvaluationErrors.Guard(typePath, () => Open(typePath));
            if (types is not null && (types.Width != labels.Width || types.Height != labels.Height))
            {
                throw EvaluationErrors.Unreadable(
                    typePath!, $"a class map of {types.Width} × {types.Height} px for an instance map of {labels.Width} × {labels.Height} px");
            }

            return new EvaluationImage
            {
                Name = name,
                Path = path,
                Cells = ReadCells(labels, types, typePath),
                Width = labels.Width,
                Height = labels.Height,
                HasClasses = types is not null,
            };
        });
    }

    private static IReadOnlyList<EvaluationCell> ReadCells(ILabelRows labels, ILabelRows? types, string? typePath)
    {
        var regions = new LabelRegions();
        var votes = new Dictionary<int, int[]>();
        int[] row = new int[labels.Width], classes = new int[labels.Width];
        for (int y = 0; y < labels.Height; y++)
        {
            labels.Read(row);
            if (types is not null)
            {
                EvaluationErrors.Guard(typePath!, () =>
                {
                    types.Read(classes);
                    return true;
                });
            }

            regions.Add(y, row, (label, run) =>
            {
                if (types is not null)
                {
                    Vote(votes, label, classes.AsSpan(run.Start, run.Length));
                }
            });
        }

        return [.. regions.Labels.Zip(regions.Regions, (label, region) => new EvaluationCell(
            region.Centroid!.Value, region, votes.TryGetValue(label, out int[]? histogram) ? NameOf(ClassVote.Of(histogram)) : null))];
    }

    private static void Vote(Dictionary<int, int[]> votes, int label, ReadOnlySpan<int> classes)
    {
        foreach (int type in classes)
        {
            if (type >= NoLabel)
            {
                continue;
            }

            int[] histogram = votes.GetValueOrDefault(label, []);
            if (histogram.Length <= type)
            {
                Array.Resize(ref histogram, type + 1);
                votes[label] = histogram;
            }

            histogram[type]++;
        }
    }

    private static string? NameOf(ClassVote vote) => vote.Class == 0 ? null : vote.Class.ToString(CultureInfo.InvariantCulture);

    private static string? TypesOf(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Path.GetFileName(folder) != EvaluationFiles.InstanceFolder)
        {
            return null;
        }

        string stem = Path.Combine(Path.GetDirectoryName(folder)!, "types", EvaluationFiles.NameOf(path));
        return Extensions.Select(extension => stem + extension).FirstOrDefault(File.Exists);
    }

    private static ILabelRows Open(string path)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? new PngLabelRows(file)
                : path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new NpyLabelRows(new GZipStream(file, CompressionMode.Decompress))
                : new NpyLabelRows(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
