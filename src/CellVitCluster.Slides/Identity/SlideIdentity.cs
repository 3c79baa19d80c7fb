using System.Buffers.Binary;
using System.Security.Cryptography;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.Slides.Identity;

/// <summary>
/// Computes the identity of a slide's content: SHA-256 over its length and samples that are spread over the file, shortened to 128 bits.
/// At most 4.2 MB are read, whatever the file's size. It tells slides apart and recognizes renamed copies; it does not detect every changed
/// byte.
/// </summary>
public static class SlideIdentity
{
    private const int SampleSize = 64 * 1024;
    private const int SampleCount = 66;
    private const int IdBytes = 16;

    /// <summary>Identity of a slide file. For MIRAX, whose .mrxs file is only a label picture, the files of its data folder count too.</summary>
    /// <exception cref="SlideUnreadableException">The file does not exist (<see cref="ErrorCode.SlideMissing"/>) or cannot be read.</exception>
    public static SlideId Compute(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[SampleSize];
            AddFile(hash, path, buffer);
            foreach (string companion in Companions(path))
            {
                AddFile(hash, companion, buffer);
            }

            return new SlideId(Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, IdBytes)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    private static void AddFile(IncrementalHash hash, string path, byte[] buffer)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        long length = file.Length;
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, length);
        hash.AppendData(number);
        if (length <= (long)SampleSize * SampleCount)
        {
            AddAll(hash, file, buffer);
            return;
        }

        // The first and the last sample are the head and the tail of the file.
        for (int i = 0; i < SampleCount; i++)
        {
            file.Position = (long)((Int128)(length - SampleSize) * i / (SampleCount - 1));
            file.ReadExactly(buffer);
            hash.AppendData(buffer);
        }
    }

    private static void AddAll(IncrementalHash hash, FileStream file, byte[] buffer)
    {
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
        }
    }

    private static IEnumerable<string> Companions(string path)
    {
        string folder = Path.ChangeExtension(path, null);
        return Path.GetExtension(path).Equals(".mrxs", StringComparison.OrdinalIgnoreCase) && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            : [];
    }

    private static SlideUnreadableException Unreadable(string path, Exception cause)
    {
        bool missing = cause is FileNotFoundException or DirectoryNotFoundException;
        return new SlideUnreadableException(
            missing ? ErrorCode.SlideMissing : ErrorCode.SlideDamaged,
            $"Cannot read the slide '{path}'.",
            missing ? "The file does not exist on this machine." : $"The system reports: {cause.Message.TrimEnd('.')}.",
            "Check the path, the permissions, and that the share with the slides is mounted.",
            cause);
    }
}
