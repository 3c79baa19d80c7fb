using CellVitCluster.Domain.Formats;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Cells;

/// <summary>Writes <c>tokens.npy</c>: fp16 <c>[cells, width]</c>, rows in the order of the cells. Not thread-safe.</summary>
internal sealed class TokenWriter : IDisposable
{
    private const int BufferSize = 1 << 18;

    private readonly DigestFileStream _stream;
    private readonly byte[] _buffer;

    /// <summary>Creates the file; it must not exist.</summary>
    /// <param name="path">Destination.</param>
    /// <param name="cells">Number of rows that will be written.</param>
    /// <param name="width">Length of an embedding.</param>
    public TokenWriter(string path, long cells, int width)
    {
        _buffer = new byte[Math.Max(BufferSize, 2 * width)];
        _stream = new DigestFileStream(path);
        _stream.Write(new NpyHeader("<f2", [cells, width]).ToBytes());
    }

    /// <summary>Writes the rows of one block.</summary>
    public void Write(BlockRecords records)
    {
        int filled = 0;
        for (int i = 0; i < records.Count; i++)
        {
            ReadOnlySpan<byte> token = CellRecord.Token(records[i]);
            if (filled + token.Length > _buffer.Length)
            {
                _stream.Write(_buffer.AsSpan(0, filled));
                filled = 0;
            }

            token.CopyTo(_buffer.AsSpan(filled));
            filled += token.Length;
        }

        _stream.Write(_buffer.AsSpan(0, filled));
    }

    /// <summary>Flushes the file to the device.</summary>
    /// <returns>The entry for the manifest.</returns>
    public ManifestFile Complete() => _stream.Complete(CellStoreFiles.Tokens);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
