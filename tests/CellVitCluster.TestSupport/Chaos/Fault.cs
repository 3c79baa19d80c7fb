namespace CellVitCluster.TestSupport.Chaos;

/// <summary>One fault of a plan.</summary>
/// <param name="Number">Place in the plan, from 1.</param>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Node">Number of the node it hits; meaningless for faults of network, disk and database.</param>
/// <param name="Length">How long it lasts.</param>
/// <param name="Pause">Time until the next fault begins.</param>
public sealed record Fault(int Number, FaultKind Kind, int Node, TimeSpan Length, TimeSpan Pause)
{
    private static readonly (FaultKind Kind, int Weight, double MinSeconds, double MaxSeconds)[] Kinds =
    [
        (FaultKind.Kill, 34, 0.5, 4),
        (FaultKind.Freeze, 14, 2, 20),
        (FaultKind.Cut, 14, 2, 20),
        (FaultKind.Delay, 8, 2, 6),
        (FaultKind.Double, 10, 4, 10),
        (FaultKind.FullDisk, 6, 3, 8),
        (FaultKind.DatabaseOutage, 6, 3, 9),
        (FaultKind.Restart, 8, 0, 1),
    ];

    /// <summary>The faults that follow from a seed. The first ones are one of each kind, so that even a short plan has them all.</summary>
    /// <param name="seed">Any number; the same one gives the same plan.</param>
    /// <param name="count">Number of faults.</param>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="possible">Kinds that this machine can bring about.</param>
    public static IReadOnlyList<Fault> Plan(int seed, int count, int nodes, IReadOnlySet<FaultKind> possible)
    {
        var random = new Random(seed);
        var kinds = Kinds.Where(k => possible.Contains(k.Kind)).ToArray();
        var first = kinds.OrderBy(_ => random.Next()).ToArray();
        var plan = new List<Fault>();
        for (int i = 0; i < count; i++)
        {
            (FaultKind kind, _, double min, double max) = i < first.Length ? first[i] : Draw(random, kinds);
            plan.Add(new Fault(
                i + 1,
                kind,
                random.Next(nodes),
                TimeSpan.FromSeconds(Math.Round(min + (random.NextDouble() * (max - min)), 1)),
                TimeSpan.FromSeconds(Math.Round(0.5 + (random.NextDouble() * 4), 1))));
        }

        return plan;
    }

    /// <summary>Every node restarted in order, as an upgrade does.</summary>
    public static IReadOnlyList<Fault> Rolling(int nodes) =>
        [.. Enumerable.Range(0, nodes).Select(node => new Fault(node + 1, FaultKind.Restart, node, TimeSpan.Zero, TimeSpan.FromSeconds(1)))];

    private static (FaultKind Kind, int Weight, double MinSeconds, double MaxSeconds) Draw(
        Random random, (FaultKind Kind, int Weight, double MinSeconds, double MaxSeconds)[] kinds)
    {
        int draw = random.Next(kinds.Sum(k => k.Weight));
        foreach (var kind in kinds)
        {
            if ((draw -= kind.Weight) < 0)
            {
                return kind;
            }
        }

        return kinds[^1];
    }
}
