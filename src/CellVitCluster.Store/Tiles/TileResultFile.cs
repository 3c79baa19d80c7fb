using System.Buffers;
using System.Security.Cryptography;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Store.Files;
using MessagePack;

namespace CellVitCluster.Store.Tiles;

/// <summary>
/// The durable result of one tile (design: the claim check that travels instead of cells). Written once, never edited; the bytes are a
/// function of the content alone, so that a repeated computation of the same profile yields the same digest. Thread-safe.
/// </summary>
public static class TileResultFile
{
    /// <summary>Creates the folder of a result file, durably.</summary>
    /// <param name="path">A path for <see cref="Write"/>.</param>
    /// <exception cref="StoreException">The disk is full, or the place cannot be written.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            DurableDirectory.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            throw StorageErrors.Writing(path, e);
        }
    }

    /// <summary>Writes a result so that it either exists whole, on the device, or not at all.</summary>
    /// <param name="path">Destination; an existing file is replaced.</param>
    /// <param name="run">The analysis.</param>
    /// <param name="cells">Nuclei in tile px, with embeddings; may be empty.</param>
    /// <param name="profile">Numeric profile that computed them.</param>
    /// <returns>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="StoreException">The disk is full, or the place cannot be written.</exception>
    public static string Write(string path, RunId run, TileCells cells, NumericProfile profile)
    {
        ArgumentNullException.ThrowIfNull(cells);
        string digest = string.Empty;
        AtomicFile.Write(path, stream =>
        {
            using var hashed = new HashingStream(stream, leaveOpen: true);
            TileResultCodec.Encode(hashed, run, cells, profile);
            digest = hashed.Digest();
        });
        return digest;
    }

    /// <summary>Reads a result back.</summary>
    /// <param name="path">A file made by <see cref="Write"/>.</param>
    /// <param name="expectedDigest">Digest that <see cref="Write"/> returned, or null to accept any bytes that can be read.</param>
    /// <exception cref="StoreException">
    /// <see cref="ErrorCode.TileResultCorrupt"/>: missing, damaged, of another format version, or not the bytes of that digest.
    /// </exception>
    public static TileResult Read(string path, string? expectedDigest = null)
    {
        byte[] rented = [];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            int length = checked((int)file.Length);
            rented = ArrayPool<byte>.Shared.Rent(length);
            file.ReadExactly(rented, 0, length);
            ReadOnlyMemory<byte> bytes = rented.AsMemory(0, length);
            if (expectedDigest is not null)
            {
                string digest = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
                if (!digest.Equals(expectedDigest, StringComparison.OrdinalIgnoreCase))
                {
                    throw Corrupt(path, $"Its SHA-256 is {digest}, expected {expectedDigest}.");
                }
            }

            return TileResultCodec.Decode(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Corrupt(path, $"The system reports: {e.Message}", e);
        }
        catch (Exception e) when (e is FormatException || e.InnerException is FormatException)
        {
            throw Corrupt(path, (e.InnerException ?? e).Message, e);
        }
        catch (Exception e) when (e is MessagePackSerializationException or InvalidOperationException or OverflowException)
        {
            throw Corrupt(path, "Its bytes are no tile result: truncated, or another kind of file.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static StoreException Corrupt(string path, string why, Exception? cause = null) => new(
        ErrorCode.TileResultCorrupt,
        $"Cannot read the tile result '{path}'.",
        why,
        "Delete the file and run the same command again: only this tile is computed anew.",
        cause);
}
