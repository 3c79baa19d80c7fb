using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Store.Files;

/// <summary>
/// The one way a finished file comes into being: written under a temporary name beside its destination, flushed to the device, renamed,
/// and the directory flushed. A reader sees the old file, the new file or no file, never a part of one, whatever dies when. Two writers of
/// one path do not disturb each other; the later rename wins. Thread-safe.
/// </summary>
public static class AtomicFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Writes a file; missing directories are created.</summary>
    /// <param name="path">Destination; an existing file is replaced.</param>
    /// <param name="content">All bytes.</param>
    /// <exception cref="StoreException">The disk is full, or the place cannot be written.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content) => Write(path, stream => stream.Write(content.Span));

    /// <summary>Writes a file; missing directories are created.</summary>
    /// <param name="path">Destination; an existing file is replaced.</param>
    /// <param name="content">Writes the bytes. The stream belongs to this method. An exception leaves the destination as it was.</param>
    /// <exception cref="StoreException">The disk is full, or the place cannot be written.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        ArgumentNullException.ThrowIfNull(content);
        string destination = Path.GetFullPath(path);
        string directory = Path.GetDirectoryName(destination)
            ?? throw new ArgumentException($"'{path}' names no file.", nameof(path));
        string temporary = Path.Combine(directory, TemporaryName(Path.GetFileName(destination)));
        try
        {
            DurableDirectory.Create(directory);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize))
            {
                content(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, destination, overwrite: true);
            DurableDirectory.Sync(directory);
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            Discard(temporary);
            throw StorageErrors.Writing(destination, e);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>Whether a file name is one that an interrupted <see cref="Write(string, Action{Stream})"/> may have left behind.</summary>
    public static bool IsTemporary(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return fileName.StartsWith('.') && fileName.EndsWith(".tmp", StringComparison.Ordinal);
    }

    private static string TemporaryName(string fileName) => $".{fileName}.{Guid.NewGuid():N}.tmp";

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            // The first error is the one to report; a leftover temporary file is never read.
        }
    }
}
