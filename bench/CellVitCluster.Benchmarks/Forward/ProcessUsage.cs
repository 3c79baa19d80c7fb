using System.Diagnostics;
using System.Globalization;

namespace CellVitCluster.Benchmarks.Forward;

/// <summary>Processor time and peak memory of this process, between <see cref="Start"/> and the reading.</summary>
internal sealed class ProcessUsage
{
    private readonly TimeSpan _processor;
    private readonly long _start;

    private ProcessUsage()
    {
        // Resets the peak of resident memory to what is resident now. Source: proc(5), clear_refs.
        File.WriteAllText("/proc/self/clear_refs", "5");
        using Process process = Process.GetCurrentProcess();
        _processor = process.TotalProcessorTime;
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Begins a measurement.</summary>
    public static ProcessUsage Start() => new();

    /// <summary>Seconds on the clock.</summary>
    public double WallSeconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Seconds of processor time, all threads.</summary>
    public double ProcessorSeconds
    {
        get
        {
            using Process process = Process.GetCurrentProcess();
            return (process.TotalProcessorTime - _processor).TotalSeconds;
        }
    }

    /// <summary>Largest resident memory since the start, in bytes.</summary>
    public static long PeakBytes => Read("VmHWM:");

    /// <summary>Resident memory now, in bytes.</summary>
    public static long ResidentBytes => Read("VmRSS:");

    private static long Read(string field) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal)).Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
