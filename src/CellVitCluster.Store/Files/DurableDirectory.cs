using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CellVitCluster.Store.Files;

/// <summary>Makes changes of directory entries (new names, renames) survive a power failure.</summary>
internal static partial class DurableDirectory
{
    private const int ReadOnlyAccess = 0;

    /// <summary>Flushes the entries of a directory to the device. File systems that cannot do that are taken as they are.</summary>
    /// <exception cref="IOException">The directory cannot be opened or the device reports an error.</exception>
    public static void Sync(string directory)
    {
        int descriptor = Open(directory, ReadOnlyAccess);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{directory}'", error);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Creates a directory and the missing ones above it, and makes their entries durable.</summary>
    public static void Create(string directory)
    {
        if (Directory.Exists(directory) || Path.GetDirectoryName(Path.GetFullPath(directory)) is not { } parent)
        {
            return;
        }

        Create(parent);
        Directory.CreateDirectory(directory);
        Sync(parent);
    }

    /// <summary>Renames a directory within one file system and makes that durable.</summary>
    public static void MoveDirectory(string source, string destination)
    {
        Directory.Move(source, destination);
        Sync(Path.GetDirectoryName(Path.GetFullPath(destination))!);
    }

    // The managed API refuses to open a directory; only its descriptor can be flushed.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
