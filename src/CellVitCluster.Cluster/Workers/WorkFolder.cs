using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Workers;

/// <summary>
/// The folder in which workers leave what they know of a run. When the run is over it is removed as a whole, while a worker that has not heard so may
/// write there again; so whoever takes the last thing out takes the folder along.
/// </summary>
internal static class WorkFolder
{
    /// <summary>Removes a file and then the folders above it that are empty, up to the run's.</summary>
    /// <param name="specification">The run.</param>
    /// <param name="file">A file in a folder of the run's folder; need not exist.</param>
    public static void Remove(RunSpecification specification, string file)
    {
        string folder = Path.GetDirectoryName(file)!;
        Try(() => File.Delete(file));
        Try(() => Directory.Delete(folder));
        Try(() => Directory.Delete(specification.WorkDirectory));
    }

    private static void Try(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not empty, or somebody else was faster; the other steps may still be needed.
        }
    }
}
