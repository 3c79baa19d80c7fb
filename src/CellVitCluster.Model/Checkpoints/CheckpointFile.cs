using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// Reads checkpoints: PyTorch's zip container, its older stream form, and safetensors. Nothing in a file is ever executed. The format is
/// recognized by content, not by extension.
/// </summary>
public static class CheckpointFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>.pth</c> or <c>.safetensors</c> file.</param>
    /// <exception cref="ModelException">
    /// The file does not exist (<see cref="ErrorCode.ModelMissing"/>), is damaged (<see cref="ErrorCode.CheckpointUnreadable"/>) or asks for
    /// code (<see cref="ErrorCode.CheckpointForbidden"/>).
    /// </exception>
    public static Checkpoint Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file, Path.GetFileName(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException(
                ErrorCode.ModelMissing,
                $"Cannot load weights '{path}'.",
                "The file does not exist.",
                "Check the path, or put the weights where the model card expects them.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointErrors.Unreadable(path, e.Message, e);
        }
    }

    /// <summary>Reads a checkpoint from a seekable stream, which stays open.</summary>
    /// <param name="stream">The whole file, seekable.</param>
    /// <param name="name">Name for error messages.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static Checkpoint Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> start = stackalloc byte[9];
        stream.Position = 0;
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        try
        {
            return start[..read] switch
            {
                [(byte)'P', (byte)'K', 3, 4, ..] => TorchZipReader.Read(stream, name),
                [0x80, 2, ..] => TorchStreamReader.Read(stream, name),
                [_, _, _, _, _, _, _, _, (byte)'{'] => SafetensorsFile.Read(stream, name),
                _ => throw CheckpointErrors.Unreadable(name, "It begins neither like a PyTorch checkpoint nor like a safetensors file."),
            };
        }
        catch (EndOfStreamException e)
        {
            throw CheckpointErrors.Unreadable(name, "The file ends in the middle of its data; it is truncated.", e);
        }
    }
}
