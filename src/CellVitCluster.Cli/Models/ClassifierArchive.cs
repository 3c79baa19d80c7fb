using System.IO.Compression;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.Cli.Models;

/// <summary>A zip file of token classifiers. Only checkpoints are taken out, and sizes and names are not believed.</summary>
internal static class ClassifierArchive
{
    private const int MaximumEntries = 1000;

    /// <summary>Largest classifier that is taken out; published ones have 1 to 3 MB.</summary>
    private const long MaximumBytes = 64L << 20;

    /// <summary>Unpacks the checkpoints into a folder, which appears only when every one could be read.</summary>
    /// <param name="archive">The zip file.</param>
    /// <param name="folder">Folder to make; entries keep their folders below it.</param>
    /// <returns>Number of classifiers.</returns>
    /// <exception cref="ModelException">The archive is damaged or holds something that cannot be a classifier.</exception>
    public static int Unpack(string archive, string folder)
    {
        string unfinished = folder + ".tmp";
        Discard(unfinished);
        try
        {
            int count = 0;
            using (ZipArchive zip = ZipFile.OpenRead(archive))
            {
                if (zip.Entries.Count > MaximumEntries)
                {
                    throw Unusable(archive, $"It has {zip.Entries.Count} entries; at most {MaximumEntries} are accepted.");
                }

                foreach (ZipArchiveEntry entry in zip.Entries.Where(IsCheckpoint))
                {
                    Unpack(archive, entry, unfinished);
                    count++;
                }
            }

            if (count == 0)
            {
                throw Unusable(archive, "It holds no checkpoint (.pth, .safetensors).");
            }

            Directory.Move(unfinished, folder);
            return count;
        }
        catch (InvalidDataException e)
        {
            throw Unusable(archive, $"It is damaged: {e.Message}", e);
        }
        finally
        {
            Discard(unfinished);
        }
    }

    private static void Unpack(string archive, ZipArchiveEntry entry, string folder)
    {
        string[] parts = entry.FullName.Split('/');
        if (!parts.All(ModelNames.IsValid))
        {
            throw Unusable(archive, $"Its entry '{entry.FullName}' has a name that no file may get.");
        }

        string path = Path.Combine([folder, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (Stream content = entry.Open())
        using (FileStream file = File.Create(path))
        {
            var buffer = new byte[1 << 16];
            for (int read = content.Read(buffer); read > 0; read = content.Read(buffer))
            {
                file.Write(buffer, 0, read);
                if (file.Length > MaximumBytes)
                {
                    throw Unusable(archive, $"Its entry '{entry.FullName}' unpacks to more than {MaximumBytes >> 20} MiB.");
                }
            }
        }

        CheckpointFile.Load(path).Dispose();
    }

    private static bool IsCheckpoint(ZipArchiveEntry entry) => Path.GetExtension(entry.Name).ToLowerInvariant() is ".pth" or ".safetensors";

    private static void Discard(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ModelException Unusable(string archive, string why, Exception? inner = null) => new(
        ErrorCode.CheckpointUnreadable, $"Cannot unpack classifiers from '{archive}'.", why, "Fetch the archive again from its publisher.", inner);
}
