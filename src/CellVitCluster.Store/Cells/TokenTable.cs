using System.IO.MemoryMappedFiles;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Formats;
using CellVitCluster.Store.Files;

namespace CellVitCluster.Store.Cells;

/// <summary>
/// The embeddings of a store, <c>tokens.npy</c>, mapped into memory: nothing is read before it is looked at, and the system drops pages as
/// it needs. Thread-safe. No span may be used after the store is disposed.
/// </summary>
public sealed unsafe class TokenTable : IDisposable
{
    private const string HalfDescr = "<f2";
    private const int MaxHeader = 10 + ushort.MaxValue;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Half* _first;
    private bool _disposed;

    /// <summary>Maps a file.</summary>
    /// <param name="path">NumPy file, fp16 <c>[rows, width]</c>.</param>
    /// <exception cref="StoreException"><see cref="ErrorCode.StoreCorrupt"/>: missing, damaged or of another shape.</exception>
    internal TokenTable(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            NpyHeader header = ReadHeader(path, out int offset);
            if (header.Descr != HalfDescr || header.Shape.Count != 2 || length != offset + (header.Count * sizeof(Half)))
            {
                throw new FormatException($"It has {length} bytes and the header '{header.Descr}' ({string.Join(", ", header.Shape)}); expected '{HalfDescr}' with two axes and the bytes for them.");
            }

            Count = header.Shape[0];
            Width = checked((int)header.Shape[1]);
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            _first = (Half*)(pointer + _view.PointerOffset + offset);
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e) || e is FormatException or OverflowException)
        {
            _view?.Dispose();
            _file?.Dispose();
            throw StorageErrors.Corrupt(path, e.Message, e);
        }
    }

    /// <summary>Number of rows: cells of the store.</summary>
    public long Count { get; }

    /// <summary>Length of an embedding.</summary>
    public int Width { get; }

    /// <summary>Embedding of a row, without a copy; valid until the store is disposed.</summary>
    /// <param name="row"><see cref="StoredCell.Row"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public ReadOnlySpan<Half> this[long row]
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
            return new ReadOnlySpan<Half>(_first + (row * Width), Width);
        }
    }

    /// <summary>Embeddings of neighboring rows, row-major, without a copy; valid until the store is disposed.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public ReadOnlySpan<Half> Rows(long first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Count, nameof(count));
        return new ReadOnlySpan<Half>(_first + (first * Width), checked(count * Width));
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    private static NpyHeader ReadHeader(string path, out int length)
    {
        using FileStream stream = File.OpenRead(path);
        var bytes = new byte[Math.Min(MaxHeader, stream.Length)];
        stream.ReadExactly(bytes);
        return NpyHeader.Parse(bytes, out length);
    }
}
