namespace CellVitCluster.Detection.Labels;

/// <summary>
/// Boxes, sums, class votes and class probabilities of all instances in one pass over a label image. Reusable, not thread-safe.
/// </summary>
internal sealed class InstanceParts
{
    private readonly ConnectedComponents _components = new();
    private InstancePart[] _parts = [];
    private int[] _votes = [];
    private int[] _probabilities = [];
    private int[] _lastOfLabel = [];
    private int[] _previousOfPart = [];

    /// <summary>Largest instance number.</summary>
    public int LargestLabel { get; private set; }

    /// <summary>Length of a class histogram: the largest class id plus one.</summary>
    public int ClassCount { get; private set; }

    /// <summary>Classes whose probabilities were summed; 0 when the maps carry none.</summary>
    public int ProbabilityCount { get; private set; }

    /// <summary>Labeled pixels.</summary>
    public int LabeledPixels { get; private set; }

    /// <summary>Parts in raster order of their first pixels.</summary>
    public ReadOnlySpan<InstancePart> Parts => _parts.AsSpan(0, _components.Count);

    /// <summary>Class histogram of a part.</summary>
    public ReadOnlySpan<int> VotesOf(int part) => _votes.AsSpan(part * ClassCount, ClassCount);

    /// <summary>Sums of a part's class probabilities by class id, in units of 1/255.</summary>
    public ReadOnlySpan<int> ProbabilitiesOf(int part) => _probabilities.AsSpan(part * ProbabilityCount, ProbabilityCount);

    /// <summary>The part of an instance that begins last in raster order, or −1 when no pixel has this number.</summary>
    public int LastPartOf(int label) => _lastOfLabel[label];

    /// <summary>The part of the same instance that begins before <paramref name="part"/>, or −1.</summary>
    public int PartBefore(int part) => _previousOfPart[part];

    /// <summary>Collects the sums.</summary>
    public void Collect(LabelImage labels, NetworkMaps maps)
    {
        _components.FindParts(labels);
        IReadOnlyList<byte[]> planes = maps.ClassProbability ?? [];
        ProbabilityCount = planes.Count;
        ClassCount = maps.Class.Max() + 1;
        Reset();
        foreach (PixelRun run in _components.Runs)
        {
            ref InstancePart part = ref _parts[run.Component];
            part.Add(run);
            LargestLabel = Math.Max(LargestLabel, run.Value);
            LabeledPixels += run.Length;
            int offset = (run.Row * maps.Width) + run.Start;
            Vote(run.Component, maps.Class.AsSpan(offset, run.Length));
            for (int id = 0; id < planes.Count; id++)
            {
                _probabilities[(run.Component * ProbabilityCount) + id] += Sum(planes[id].AsSpan(offset, run.Length));
            }

            if (maps.NucleusProbability is { } probability)
            {
                part.SumProbability += Sum(probability.AsSpan(offset, run.Length));
            }
        }

        LinkParts();
    }

    private void Reset()
    {
        int parts = _components.Count;
        if (_parts.Length < parts)
        {
            _parts = new InstancePart[parts];
            _previousOfPart = new int[parts];
        }

        if (_votes.Length < parts * ClassCount)
        {
            _votes = new int[parts * ClassCount];
        }

        if (_probabilities.Length < parts * ProbabilityCount)
        {
            _probabilities = new int[parts * ProbabilityCount];
        }

        _parts.AsSpan(0, parts).Clear();
        _probabilities.AsSpan(0, parts * ProbabilityCount).Clear();
        _votes.AsSpan(0, parts * ClassCount).Clear();
        LargestLabel = 0;
        LabeledPixels = 0;
    }

    private void Vote(int part, ReadOnlySpan<byte> classes)
    {
        Span<int> votes = _votes.AsSpan(part * ClassCount, ClassCount);

        // Neighbors mostly agree.
        while (!classes.IsEmpty)
        {
            byte id = classes[0];
            int end = classes.IndexOfAnyExcept(id);
            int count = end < 0 ? classes.Length : end;
            votes[id] += count;
            classes = classes[count..];
        }
    }

    private static int Sum(ReadOnlySpan<byte> values)
    {
        int sum = 0;
        foreach (byte value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }

    private void LinkParts()
    {
        if (_lastOfLabel.Length <= LargestLabel)
        {
            _lastOfLabel = new int[LargestLabel + 1];
        }

        _lastOfLabel.AsSpan(0, LargestLabel + 1).Fill(-1);
        for (int part = 0; part < _components.Count; part++)
        {
            ref int last = ref _lastOfLabel[_parts[part].Label];
            _previousOfPart[part] = last;
            last = part;
        }
    }
}
