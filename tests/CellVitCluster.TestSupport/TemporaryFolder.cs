namespace CellVitCluster.TestSupport;

/// <summary>A folder of its own for one test, deleted with everything in it on <see cref="Dispose"/>.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("cellvit-test-").FullName;

    /// <summary>Path of a file inside it.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
