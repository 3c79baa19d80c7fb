using System.Buffers;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Slides.Reading;

/// <summary>
/// Pixels of one tile at inference resolution: 1024 × 1024 interleaved RGB, row by row, padding white. The buffer comes from a pool and
/// goes back on <see cref="Dispose"/>; whoever holds the object owns it.
/// </summary>
public sealed class TilePixels : IDisposable
{
    /// <summary>Bytes of a tile.</summary>
    public const int ByteCount = TileGrid.TileSize * TileGrid.TileSize * 3;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(ByteCount);

    /// <summary>Creates an empty (uninitialized) tile.</summary>
    /// <param name="tile">Its place.</param>
    public TilePixels(TileId tile) => Tile = tile;

    /// <summary>Its place.</summary>
    public TileId Tile { get; }

    /// <summary>The pixels.</summary>
    /// <exception cref="ObjectDisposedException">The tile was disposed.</exception>
    public Span<byte> Rgb
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsSpan(0, ByteCount);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[]? buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
