using System.Buffers;
using System.Globalization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Native;

namespace CellVitCluster.Slides.Opening;

/// <summary>
/// A slide read through OpenSlide. An OpenSlide handle is dead after its first error, so a failed read is tried again on a handle of its
/// own: its verdict is then about this region only, and the dead handle is replaced. One unreadable region costs a tile, not the slide.
/// </summary>
internal sealed class OpenSlideSlide : ISlide
{
    private readonly string _path;
    private readonly RgbColor _background;
    private readonly Lock _gate = new();
    private SafeSlideHandle _handle;
    private bool _disposed;

    private OpenSlideSlide(SlideSource source, SafeSlideHandle handle)
    {
        _path = source.Path;
        _handle = handle;
        _background = RgbColor.ParseOrWhite(handle.Property("openslide.background-color"));
        Metadata = OpenSlideMetadata.Read(source, handle);
    }

    /// <inheritdoc/>
    public SlideMetadata Metadata { get; }

    /// <summary>Whether OpenSlide is installed and knows the file's format.</summary>
    public static bool Recognizes(string path) => OpenSlideLibrary.IsAvailable && SafeSlideHandle.DetectVendor(path) is not null;

    /// <summary>Opens a slide.</summary>
    /// <exception cref="SlideUnreadableException">The file is damaged (<see cref="ErrorCode.SlideDamaged"/>).</exception>
    public static ISlide Open(SlideSource source)
    {
        SafeSlideHandle handle = OpenHandle(source.Path);
        try
        {
            return new OpenSlideSlide(source, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(long x, long y, int level, int width, int height, Span<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, Metadata.Levels.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        int count = checked(width * height);
        uint[] argb = ArrayPool<uint>.Shared.Rent(count);
        try
        {
            Span<uint> pixels = argb.AsSpan(0, count);
            ReadArgb(x, y, level, width, height, pixels);
            ArgbCompositor.Composite(pixels, _background, rgb);
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(argb);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _handle.Dispose();
        }
    }

    private static SafeSlideHandle OpenHandle(string path)
    {
        SafeSlideHandle handle = SafeSlideHandle.TryOpen(path) ?? throw Damaged(path, "OpenSlide cannot open it");
        string? error = handle.Error;
        if (error is null)
        {
            return handle;
        }

        handle.Dispose();
        throw Damaged(path, error);
    }

    private static SlideUnreadableException Damaged(string path, string reason) => new(
        ErrorCode.SlideDamaged,
        $"Cannot open the slide '{path}'.",
        $"Its format is known, but the file is damaged: {reason.TrimEnd('.')}.",
        "Copy it again from the scanner or archive and compare the file sizes.");

    private void ReadArgb(long x, long y, int level, int width, int height, Span<uint> argb)
    {
        SafeSlideHandle shared = Borrow();
        try
        {
            if (shared.ReadRegion(x, y, level, width, height, argb) is null)
            {
                return;
            }
        }
        finally
        {
            shared.DangerousRelease();
        }

        SafeSlideHandle own = OpenHandle(_path);
        string? error = own.ReadRegion(x, y, level, width, height, argb);
        if (error is null)
        {
            Replace(shared, own);
            return;
        }

        own.Dispose();
        Replace(shared, OpenHandle(_path));
        throw new SlideUnreadableException(
            ErrorCode.RegionUnreadable,
            string.Create(CultureInfo.InvariantCulture, $"Cannot read {width} × {height} px at ({x}, {y}) of level {level} of the slide '{_path}'."),
            $"The data there cannot be decoded: {error.TrimEnd('.')}.",
            "Copy the slide again if the archive's copy is intact; otherwise accept the missing tiles or leave the slide out.");
    }

    /// <summary>The current handle with one reference taken, so that a thread that replaces it cannot close it under a reader.</summary>
    private SafeSlideHandle Borrow()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            bool referenced = false;
            _handle.DangerousAddRef(ref referenced);
            return _handle;
        }
    }

    private void Replace(SafeSlideHandle dead, SafeSlideHandle fresh)
    {
        lock (_gate)
        {
            if (_disposed || !ReferenceEquals(_handle, dead))
            {
                fresh.Dispose();
                return;
            }

            _handle = fresh;
            dead.Dispose();
        }
    }
}
