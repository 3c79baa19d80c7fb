using CellVitCluster.Model.Devices;

namespace CellVitCluster.Inference.Verification;

/// <summary>Finds the golden cases below a folder by the files they consist of.</summary>
public static class GoldenCases
{
    /// <summary>All cases below <paramref name="root"/>, by name. Known forms that this version cannot run are listed as skipped cases.</summary>
    /// <param name="root">Folder of the goldens, or one below it.</param>
    /// <param name="device">Where to run networks, in the form that is to be verified.</param>
    public static IReadOnlyList<IGoldenCase> Find(string root, InferenceDevice device)
    {
        string full = Path.GetFullPath(root);
        var cases = new List<IGoldenCase>(ForwardCase.Find(full, device));
        foreach (string folder in Directory.EnumerateDirectories(full, "*", SearchOption.AllDirectories).Prepend(full))
        {
            string name = Path.GetRelativePath(full, folder).Replace(Path.DirectorySeparatorChar, '/');
            name = name == "." ? Path.GetFileName(full) : name;
            cases.AddRange(PostprocessingCase.Find(folder, name));
            cases.AddRange(OverlapCase.Find(folder, name));
            cases.AddRange(TilesCase.Find(folder, name));
            cases.AddRange(ClassifierCase.Find(folder, name));
            cases.AddRange(MetricsCase.Find(folder, name));
            cases.AddRange(UnsupportedCase.Find(folder, name));
        }

        return [.. cases.OrderBy(c => c.Name, StringComparer.Ordinal)];
    }
}
