using System.Globalization;

namespace CellVitCluster.Cli.Output;

/// <summary>Memory of this process as the operating system counts it.</summary>
internal static class ProcessMemory
{
    /// <summary>Largest resident set so far in MB; 0 where the system does not tell.</summary>
    public static double PeakMegabytes()
    {
        const string status = "/proc/self/status";
        string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        string? kilobytes = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
        return kilobytes is null ? 0 : Math.Round(double.Parse(kilobytes.Trim(), CultureInfo.InvariantCulture) / 1000, 0);
    }
}
