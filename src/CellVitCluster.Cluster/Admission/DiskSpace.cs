namespace CellVitCluster.Cluster.Admission;

/// <summary>How much room there is. Asks the file system, so never called inside an actor.</summary>
public static class DiskSpace
{
    /// <summary>Free bytes of the file system that a folder lies on, or will lie on; unlimited where nobody can tell.</summary>
    /// <param name="folder">Absolute path; need not exist yet.</param>
    public static long FreeBytes(string folder)
    {
        string? present = folder;
        while (present is not null && !Directory.Exists(present))
        {
            present = Path.GetDirectoryName(present);
        }

        try
        {
            return present is null ? long.MaxValue : new DriveInfo(present).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Whoever writes there finds out what is wrong and says so.
            return long.MaxValue;
        }
    }
}
