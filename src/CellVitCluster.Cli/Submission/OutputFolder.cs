using CellVitCluster.Cluster.Admission;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Submission;

/// <summary>The folder given with <c>--out</c>: one store per slide, and a hidden folder with journal, logs and unfinished work.</summary>
internal sealed class OutputFolder : IDisposable
{
    /// <summary>Name of the hidden folder.</summary>
    public const string Hidden = RunComposition.HiddenFolder;

    private readonly FileStream _lock;

    private OutputFolder(string path, FileStream lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>SQLite journal.</summary>
    public string Journal => System.IO.Path.Combine(Path, Hidden, "journal.db");

    /// <summary>Log file of this process.</summary>
    public string Log => System.IO.Path.Combine(Path, Hidden, "logs", "cellvit-.log");

    /// <summary>Creates the folder if needed and keeps other processes out of it until disposed.</summary>
    /// <exception cref="StoreException">It cannot be written, or another process works in it.</exception>
    public static OutputFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        string hidden = System.IO.Path.Combine(path, Hidden);
        try
        {
            Directory.CreateDirectory(hidden);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                ErrorCode.OutputNotWritable,
                $"The output folder '{path}' cannot be created.",
                exception.Message,
                "Choose a folder you may write to with --out.",
                exception);
        }

        string lockPath = System.IO.Path.Combine(hidden, "lock");
        try
        {
            return new OutputFolder(path, new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException(
                ErrorCode.OutputNotWritable,
                $"The output folder '{path}' cannot be written.",
                exception.Message,
                "Choose a folder you may write to with --out.",
                exception);
        }
        catch (IOException exception)
        {
            throw new StoreException(
                ErrorCode.OutputLocked,
                $"The output folder '{path}' is in use.",
                "Another cellvit process works in it.",
                "Wait for that process, or choose another --out.",
                exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
