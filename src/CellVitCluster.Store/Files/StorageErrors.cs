using CellVitCluster.Domain.Errors;
using ParquetSharp;

namespace CellVitCluster.Store.Files;

/// <summary>Turns what the operating system reports into errors a user can act on.</summary>
internal static class StorageErrors
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Whether the exception is about files and directories rather than about the program.</summary>
    public static bool IsStorageFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ParquetException;

    /// <summary>Whether the disk is full or a quota is reached, here or in the cause.</summary>
    public static bool IsDiskFull(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            // On Unix the runtime keeps the error number of the failed call in HResult.
            if (exception is IOException { HResult: NoSpaceLeft or QuotaExceeded })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The error for a file or directory that could not be written.</summary>
    public static StoreException Writing(string path, Exception cause) => IsDiskFull(cause)
        ? new StoreException(
            ErrorCode.DiskFull,
            $"Cannot write '{path}'.",
            $"The disk is full or a quota is reached ({cause.Message}).",
            "Free space on that volume or point the output to another one, then run the same command again: finished tiles are kept.",
            cause)
        : new StoreException(
            ErrorCode.OutputNotWritable,
            $"Cannot write '{path}'.",
            $"The system reports: {cause.Message}",
            "Check that the directory exists, belongs to the user who runs the program and is not mounted read-only.",
            cause);

    /// <summary>The error for a file of a cell store that cannot be read.</summary>
    public static StoreException Corrupt(string path, string why, Exception? cause = null) => new(
        ErrorCode.StoreCorrupt,
        $"Cannot read '{path}' of the cell store.",
        why,
        "Run 'cellvit store check' on the store; restore it from a backup, or run the slide again with --fresh.",
        cause);
}
