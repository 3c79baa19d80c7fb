using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>
/// A file under construction: written beside its destination under another name, moved over it when complete, deleted otherwise. Readers
/// see the old file or the whole new one.
/// </summary>
internal sealed class PendingFile : IAsyncDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly string _destination;
    private readonly string _partial;
    private bool _published;

    /// <summary>Creates the file and, if need be, its folder.</summary>
    /// <param name="destination">Path of the finished file; replaced if it exists.</param>
    /// <exception cref="StoreException">The folder cannot be written (<see cref="ErrorCode.OutputNotWritable"/>).</exception>
    public PendingFile(string destination)
    {
        _destination = Path.GetFullPath(destination);
        _partial = $"{_destination}.{Guid.NewGuid():N}.partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_destination)!);
            Stream = new FileStream(_partial, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                ErrorCode.OutputNotWritable,
                $"Cannot write '{_destination}'.",
                $"Creating a file in its folder failed: {cause.Message}",
                "Choose a folder that exists or can be created and that this user may write.",
                cause);
        }
    }

    /// <summary>The file's content.</summary>
    public FileStream Stream { get; }

    /// <summary>Closes the file and moves it to its destination.</summary>
    public async ValueTask PublishAsync()
    {
        await Stream.DisposeAsync();
        File.Move(_partial, _destination, overwrite: true);
        _published = true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (!_published)
        {
            File.Delete(_partial);
        }
    }
}
