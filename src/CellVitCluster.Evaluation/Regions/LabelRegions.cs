using CellVitCluster.Detection.Labels;

namespace CellVitCluster.Evaluation.Regions;

/// <summary>Collects the regions of a label map row by row; memory in proportion to the cells, not to the map. Not thread-safe.</summary>
public sealed class LabelRegions
{
    private readonly SortedDictionary<int, List<RegionRun>> _runs = [];

    /// <summary>Numbers of the instances met so far, ascending.</summary>
    public IReadOnlyCollection<int> Labels => _runs.Keys;

    /// <summary>Regions by ascending number.</summary>
    public IReadOnlyList<PixelRegion> Regions => [.. _runs.Values.Select(runs => new PixelRegion([.. runs]))];

    /// <summary>Regions of a label image by ascending number.</summary>
    public static IReadOnlyList<PixelRegion> Of(LabelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var collected = new LabelRegions();
        for (int y = 0; y < image.Height; y++)
        {
            collected.Add(y, image.Row(y), static (_, _) => { });
        }

        return collected.Regions;
    }

    /// <summary>Adds a row; rows come from top to bottom.</summary>
    /// <param name="y">Row.</param>
    /// <param name="row">Instance number per column; 0 is background.</param>
    /// <param name="onRun">Told the number and the run of every run that is added.</param>
    public void Add(int y, ReadOnlySpan<int> row, Action<int, RegionRun> onRun)
    {
        ArgumentNullException.ThrowIfNull(onRun);
        int x = 0;
        while (true)
        {
            int gap = row[x..].IndexOfAnyExcept(0);
            if (gap < 0)
            {
                return;
            }

            int start = x + gap;
            int label = row[start];
            int length = row[start..].IndexOfAnyExcept(label);
            x = length < 0 ? row.Length : start + length;
            if (!_runs.TryGetValue(label, out List<RegionRun>? runs))
            {
                _runs.Add(label, runs = []);
            }

            var run = new RegionRun(y, start, x);
            runs.Add(run);
            onRun(label, run);
        }
    }
}
