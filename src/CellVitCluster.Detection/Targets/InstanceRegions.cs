using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Targets;

/// <summary>
/// The instances of a label image with their runs, collected in one pass, so that a target costs the pixels of the instances and their boxes
/// and never a look at the whole image per instance. Immutable.
/// </summary>
internal sealed class InstanceRegions
{
    /// <summary>Px by which a box grows on a side.</summary>
    private const int Growth = 2;

    private readonly InstancePart[] _regions;
    private readonly PixelRun[] _runs;
    private readonly int[] _starts;
    private readonly int _width;
    private readonly int _height;

    private InstanceRegions(LabelImage labels, ConnectedComponents components, int[] regionOfPart, int count)
    {
        _width = labels.Width;
        _height = labels.Height;
        _regions = new InstancePart[count];
        _runs = new PixelRun[components.Runs.Length];
        _starts = new int[count + 2];
        foreach (PixelRun run in components.Runs)
        {
            int region = regionOfPart[run.Component];
            _regions[region].Add(run);
            _starts[region + 2]++;
        }

        // Counting sort: after the sums, entry n + 1 is where region n writes next; after writing it is where n + 1 begins.
        for (int i = 2; i < _starts.Length; i++)
        {
            _starts[i] += _starts[i - 1];
        }

        foreach (PixelRun run in components.Runs)
        {
            _runs[_starts[regionOfPart[run.Component] + 1]++] = run;
        }
    }

    /// <summary>Number of regions.</summary>
    public int Count => _regions.Length;

    /// <summary>One region per instance number: parts that share a number are one region.</summary>
    public static InstanceRegions OfLabels(LabelImage labels)
    {
        ConnectedComponents components = Parts(labels);
        int[] regionOfPart = new int[components.Count];
        var regionOfLabel = new Dictionary<int, int>(components.Count);
        foreach (PixelRun run in components.Runs)
        {
            if (!regionOfLabel.TryGetValue(run.Value, out int region))
            {
                regionOfLabel.Add(run.Value, region = regionOfLabel.Count);
            }

            regionOfPart[run.Component] = region;
        }

        return new InstanceRegions(labels, components, regionOfPart, regionOfLabel.Count);
    }

    /// <summary>
    /// One region per 8-connected part: instances that share a number are told apart where they do not touch. In the order of the published
    /// program: by number, the further parts of a number behind all first ones.
    /// </summary>
    public static InstanceRegions OfParts(LabelImage labels)
    {
        ConnectedComponents components = Parts(labels);
        int[] numbers = new int[components.Count];
        foreach (PixelRun run in components.Runs)
        {
            numbers[run.Component] = run.Value;
        }

        var seen = new HashSet<int>(numbers.Length);
        bool[] isFurther = Array.ConvertAll(numbers, number => !seen.Add(number));
        int[] order = [.. Enumerable.Range(0, numbers.Length).OrderBy(part => isFurther[part]).ThenBy(part => numbers[part])];
        int[] regionOfPart = new int[order.Length];
        for (int region = 0; region < order.Length; region++)
        {
            regionOfPart[order[region]] = region;
        }

        return new InstanceRegions(labels, components, regionOfPart, order.Length);
    }

    /// <summary>Box and sums of a region.</summary>
    public ref readonly InstancePart this[int region] => ref _regions[region];

    /// <summary>Runs of a region in raster order.</summary>
    public ReadOnlySpan<PixelRun> RunsOf(int region) => _runs.AsSpan(_starts[region].._starts[region + 1]);

    /// <summary>
    /// Box of a region with a margin of 2 px, as the published training cuts it out: a side grows by the whole margin or not at all, the right and
    /// lower side only when something of the image remains behind the margin.
    /// </summary>
    public TileRect CropOf(int region)
    {
        TileRect box = _regions[region].Box;
        int left = box.X >= Growth ? box.X - Growth : box.X;
        int top = box.Y >= Growth ? box.Y - Growth : box.Y;
        int right = box.Right < _width - Growth ? box.Right + Growth : box.Right;
        int bottom = box.Bottom < _height - Growth ? box.Bottom + Growth : box.Bottom;
        return new TileRect(left, top, right - left, bottom - top);
    }

    private static ConnectedComponents Parts(LabelImage labels)
    {
        var components = new ConnectedComponents();
        components.FindParts(labels);
        return components;
    }
}
