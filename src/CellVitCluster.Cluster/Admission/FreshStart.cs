using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Store.Cells;

namespace CellVitCluster.Cluster.Admission;

/// <summary>
/// What a fresh submission removes before it begins: results of tiles, which workers would otherwise take as they are, and a store of the very
/// same run, which would otherwise count as already published. Stores of other runs stay until the new one takes their place.
/// </summary>
public static class FreshStart
{
    /// <summary>Removes earlier work on a run that nobody is working on.</summary>
    /// <exception cref="StoreException">Earlier work cannot be removed.</exception>
    public static void Prepare(RunSpecification run)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            Delete(run.WorkDirectory);
            if (IsStoreOf(run))
            {
                Delete(run.StoreDirectory);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                ErrorCode.OutputNotWritable,
                $"Earlier work on slide '{run.Name}' cannot be removed.",
                exception.Message,
                "Check the permissions of the output folder, or choose another --out.",
                exception);
        }
    }

    private static bool IsStoreOf(RunSpecification run)
    {
        try
        {
            using CellStore store = CellStore.Open(run.StoreDirectory);
            return store.Manifest.Run == run.RunId;
        }
        catch (StoreException)
        {
            // Nothing there, or damaged: publication replaces it.
            return false;
        }
    }

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
