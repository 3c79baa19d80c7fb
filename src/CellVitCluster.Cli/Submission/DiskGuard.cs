using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Submission;

/// <summary>Stops a command before the disk is full to the last byte: the journal needs room to say where things stand.</summary>
internal static class DiskGuard
{
    /// <summary>Free bytes below which work stops.</summary>
    public const long MinimumFreeBytes = 64L << 20;

    /// <summary>The reason to stop, or null while there is room.</summary>
    public static FailureMessage? Check(string folder)
    {
        long free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= MinimumFreeBytes
            ? null
            : new FailureMessage(
                ErrorCode.DiskFull.Value,
                $"The output folder '{folder}' has no room left.",
                FormattableString.Invariant($"{free >> 20} MiB are free, at least {MinimumFreeBytes >> 20} MiB are needed."),
                "Free disk space and start the same command again; finished tiles are kept.");
    }
}
