using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints.Bytes;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>
/// Reads checkpoints: PyTorch's zip container, its older stream form, and safetensors. Nothing in a file is ever executed. The format is
/// recognized by content, not by extension.
/// </summary>
public static class CheckpointFile
{
    /// <summary>Opens a file. Its tensors are read when they are asked for, so that memory does not depend on the file's size.</summary>
    /// <param name="path">A <c>.pth</c> or <c>.safetensors</c> file.</param>
    /// <returns>The checkpoint, which holds the file open until it is disposed.</returns>
    /// <exception cref="ModelException">
    /// The file does not exist (<see cref="ErrorCode.ModelMissing"/>), is damaged (<see cref="ErrorCode.CheckpointUnreadable"/>) or asks for
    /// code (<see cref="ErrorCode.CheckpointForbidden"/>).
    /// </exception>
    public static Checkpoint Load(string path)
    {
        try
        {
            FileStream file = File.OpenRead(path);
            try
            {
                return Open(file, Path.GetFileName(path)) with { File = file };
            }
            catch
            {
                file.Dispose();
                throw;
            }
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

    /// <summary>Describes the checkpoint of an open file; see <see cref="Load"/>.</summary>
    /// <param name="file">The file; stays open, belongs to the caller and must outlive the checkpoint.</param>
    /// <param name="name">Name for error messages.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static Checkpoint Open(FileStream file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Describe(new FileBytes(file.SafeFileHandle), name);
    }

    /// <summary>Reads a checkpoint from a seekable stream into memory. The stream stays open and is not needed afterwards.</summary>
    /// <param name="stream">The whole file, seekable.</param>
    /// <param name="name">Name for error messages.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static Checkpoint Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Describe(new StreamBytes(stream), name).ToMemory();
    }

    private static Checkpoint Describe(ByteSource source, string name)
    {
        try
        {
            return source.ReadArray(0, (int)Math.Min(source.Length, 9)) switch
            {
                [(byte)'P', (byte)'K', 3, 4, ..] => TorchZipReader.Read(source, name),
                [0x80, 2, ..] => TorchStreamReader.Read(source, name),
                [_, _, _, _, _, _, _, _, (byte)'{'] => SafetensorsFile.Read(source, name),
                _ => throw CheckpointErrors.Unreadable(name, "It begins neither like a PyTorch checkpoint nor like a safetensors file."),
            };
        }
        catch (EndOfStreamException e)
        {
            throw CheckpointErrors.Unreadable(name, "The file ends in the middle of its data; it is truncated.", e);
        }
        catch (OverflowException e)
        {
            throw CheckpointErrors.Unreadable(name, "It announces more numbers than any file can hold; it is damaged.", e);
        }
    }
}
