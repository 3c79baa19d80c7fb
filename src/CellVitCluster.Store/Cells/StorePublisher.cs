using CellVitCluster.Domain.Errors;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>Moves a sealed store into place. Several publishers of one place do not harm each other: a rename happens or does not.</summary>
internal static class StorePublisher
{
    /// <summary>See <see cref="CellStoreBuilder.Publish"/>.</summary>
    public static StorePublication Publish(string sealedDirectory, StoreManifest manifest, string target, bool replaceExisting)
    {
        try
        {
            string parent = Path.GetDirectoryName(target)
                ?? throw new ArgumentException($"'{target}' names no directory inside another one.", nameof(target));
            DurableDirectory.Create(parent);
            DeleteLeftovers(target);
            if (!Directory.Exists(target) || DeleteIfEmpty(target))
            {
                return MoveToFreePlace(sealedDirectory, manifest, target);
            }

            if (RunAt(target) is { } existing && existing.Run == manifest.Run)
            {
                return new StorePublication(target, existing, PublicationKind.AlreadyPublished);
            }

            if (!replaceExisting)
            {
                throw Occupied(target);
            }

            // A crash between the two renames leaves the old store under its leftover name; the run then publishes again.
            string aside = LeftoverPrefix(target) + Guid.NewGuid().ToString("N");
            DurableDirectory.MoveDirectory(target, aside);
            DurableDirectory.MoveDirectory(sealedDirectory, target);
            DeleteTree(aside);
            return new StorePublication(target, manifest, PublicationKind.Replaced);
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            throw StorageErrors.Writing(target, e);
        }
    }

    private static StorePublication MoveToFreePlace(string sealedDirectory, StoreManifest manifest, string target)
    {
        try
        {
            DurableDirectory.MoveDirectory(sealedDirectory, target);
            return new StorePublication(target, manifest, PublicationKind.Published);
        }
        catch (IOException) when (RunAt(target) is { } other && other.Run == manifest.Run)
        {
            // Another merger of the same run was faster.
            return new StorePublication(target, RunAt(target)!, PublicationKind.AlreadyPublished);
        }
    }

    private static StoreManifest? RunAt(string target)
    {
        try
        {
            return ManifestReader.Read(target);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static bool DeleteIfEmpty(string target)
    {
        if (Directory.EnumerateFileSystemEntries(target).Any())
        {
            return false;
        }

        Directory.Delete(target);
        return true;
    }

    private static string LeftoverPrefix(string target) => Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.replaced-");

    private static void DeleteLeftovers(string target)
    {
        string prefix = LeftoverPrefix(target);
        foreach (string directory in Directory.EnumerateDirectories(Path.GetDirectoryName(target)!))
        {
            if (directory.StartsWith(prefix, StringComparison.Ordinal))
            {
                DeleteTree(directory);
            }
        }
    }

    private static void DeleteTree(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another publisher of this place cleaned up first.
        }
    }

    private static StoreException Occupied(string target)
    {
        string found = RunAt(target) is { } existing
            ? $"the store of run {existing.Run}"
            : "files that are no store, or a damaged one";
        return new StoreException(
            ErrorCode.OutputNotWritable,
            $"Cannot publish the cell store to '{target}'.",
            $"The place holds {found}; it was expected to be free or to hold the same run.",
            "Choose another output folder, or pass --fresh to replace what is there.");
    }
}
