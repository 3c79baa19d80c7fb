using System.Buffers.Binary;

namespace CellVitCluster.Slides.Opening;

/// <summary>Formats of plain pictures.</summary>
internal enum PictureFormat
{
    /// <summary>None of the others.</summary>
    Unknown = 0,

    /// <summary>PNG.</summary>
    Png = 1,

    /// <summary>JPEG (JFIF, EXIF).</summary>
    Jpeg = 2,

    /// <summary>TIFF, classic or BigTIFF, either byte order.</summary>
    Tiff = 3,
}

/// <summary>Recognizes pictures by their first bytes; names prove nothing.</summary>
internal static class PictureSignature
{
    /// <summary>Format of a file; <see cref="PictureFormat.Unknown"/> also when it cannot be read.</summary>
    public static PictureFormat Of(string path)
    {
        Span<byte> start = stackalloc byte[8];
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Of(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return PictureFormat.Unknown;
        }
    }

    private static PictureFormat Of(ReadOnlySpan<byte> start)
    {
        if (start.Length == 8 && BinaryPrimitives.ReadUInt64BigEndian(start) == 0x89504E470D0A1A0A)
        {
            return PictureFormat.Png;
        }

        if (start.Length >= 3 && start[0] == 0xFF && start[1] == 0xD8 && start[2] == 0xFF)
        {
            return PictureFormat.Jpeg;
        }

        bool isTiff = start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8);
        return isTiff ? PictureFormat.Tiff : PictureFormat.Unknown;
    }
}
