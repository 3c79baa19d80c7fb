namespace CellVitCluster.TestSupport;

/// <summary>A folder of its own for one test, deleted with everything in it on <see cref="Dispose"/>.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("cellvit-test-").FullName;

    /// <summary>Path of a file inside it.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Work that was cancelled at the end of a test may still put a last file there while the folder is being emptied.
        if (!SpinWait.SpinUntil(TryDelete, TimeSpan.FromSeconds(2)))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
