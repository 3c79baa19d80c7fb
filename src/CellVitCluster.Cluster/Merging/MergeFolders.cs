using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Merging;

/// <summary>
/// Where stores are built, and how what is no longer needed goes. Every attempt has a folder of its own, so that a merger that was replaced
/// and does not know it yet cannot disturb its successor. Touches files, so never called inside an actor.
/// </summary>
internal static class MergeFolders
{
    private const string Prefix = "store";
    private const int Attempts = 3;

    /// <summary>Folder of one attempt.</summary>
    public static string OfAttempt(RunSpecification run, string token) => Path.Combine(run.WorkDirectory, $"{Prefix}-{token}");

    /// <summary>Removes what unfinished attempts left behind; tile results stay.</summary>
    public static void RemoveAttempts(RunSpecification run)
    {
        if (!Directory.Exists(run.WorkDirectory))
        {
            return;
        }

        foreach (string folder in Directory.GetDirectories(run.WorkDirectory, Prefix + "*"))
        {
            Remove(folder);
        }
    }

    /// <summary>Removes everything that was computed for a run: its store holds all of it.</summary>
    public static void RemoveWork(RunSpecification run) => Remove(run.WorkDirectory);

    private static void Remove(string folder)
    {
        // A worker whose tile was taken back may finish its file while the folder is being emptied, which is then found not empty.
        for (int attempt = 0; attempt < Attempts && Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Left behind for the next attempt or the operator if it stays so; nothing depends on it.
            }
        }
    }
}
