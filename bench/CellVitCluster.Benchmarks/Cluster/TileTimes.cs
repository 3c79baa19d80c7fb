using System.Globalization;
using System.Text.RegularExpressions;
using CellVitCluster.TestSupport.Chaos;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>When tiles were begun and settled, from the logs of the nodes.</summary>
internal static partial class TileTimes
{
    /// <summary>One entry per settled tile, in order.</summary>
    public static IReadOnlyList<DateTimeOffset> Settled(ChaosCluster cluster) => Read(cluster, SettledLine());

    /// <summary>One entry per begun tile, in order.</summary>
    public static IReadOnlyList<DateTimeOffset> Begun(ChaosCluster cluster) => Read(cluster, BegunLine());

    /// <summary>Longest time between two of them, beginning at or after a moment.</summary>
    public static TimeSpan LongestGap(IReadOnlyList<DateTimeOffset> times, DateTimeOffset from)
    {
        TimeSpan longest = TimeSpan.Zero;
        DateTimeOffset last = from;
        foreach (DateTimeOffset time in times.Where(time => time >= from))
        {
            longest = time - last > longest ? time - last : longest;
            last = time;
        }

        return longest;
    }

    private static List<DateTimeOffset> Read(ChaosCluster cluster, Regex line)
    {
        var times = new List<DateTimeOffset>();
        foreach (Match match in cluster.Logs.SelectMany(File.ReadLines).Select(text => line.Match(text)).Where(match => match.Success))
        {
            var at = DateTimeOffset.ParseExact(match.Groups["at"].Value, "yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);
            times.AddRange(Enumerable.Repeat(at, match.Groups["tiles"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
        }

        times.Sort();
        return times;
    }

    [GeneratedRegex(@"^(?<at>\S+ \S+ \S+) .*Computing tile (?<tiles>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BegunLine();

    [GeneratedRegex(@"^(?<at>\S+ \S+ \S+) .*Settled tiles of run [0-9a-f]{32}: (?<tiles>[0-9 ]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettledLine();
}
