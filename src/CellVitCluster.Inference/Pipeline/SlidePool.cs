using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;
using Microsoft.Win32.SafeHandles;

namespace CellVitCluster.Inference.Pipeline;

/// <summary>
/// Open slides shared by the readers: opening costs parsing and an empty cache, so a slide stays open while tiles of it keep coming. At
/// most <paramref name="limit"/> slides stay open without being read. A file that was replaced under its path is opened anew. Thread-safe.
/// </summary>
/// <remarks>
/// A file counts as replaced when its length or the time of its last write has changed; both are asked for before every read. Another
/// file of the same length that was given the old one's time passes for the old one. Of a slide that consists of several files (.mrxs,
/// .vms) only the named one is asked, which a new scan or a copy writes too. Whether the file still is the slide that a run was submitted
/// with is not asked here.
/// </remarks>
/// <param name="limit">Slides that stay open without being read; 0 closes each with its last read.</param>
public sealed class SlidePool(int limit) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SlideSource, Entry> _entries = [];
    private long _clock;
    private bool _disposed;

    /// <summary>
    /// Runs a read on the slide as its file is now; the slide stays open at least as long, and is not exchanged under the read when another
    /// file takes its place meanwhile.
    /// </summary>
    /// <param name="source">The slide.</param>
    /// <param name="read">Gets the open slide, which it neither keeps nor disposes.</param>
    /// <returns>What the read returns.</returns>
    /// <exception cref="Domain.Errors.SlideUnreadableException">The slide cannot be opened, or the read fails.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public T Use<T>(SlideSource source, Func<ISlide, T> read)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(read);
        Entry entry = Acquire(source);
        try
        {
            return read(entry.Slide.Value);
        }
        finally
        {
            Release(source, entry);
        }
    }

    /// <summary>Closes all slides that are not being read; the others close with their last read.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Trim(0);
        }
    }

    private Entry Acquire(SlideSource source)
    {
        // Before the file is opened: one that is replaced in between is then opened once too often, never kept under its successor's stamp.
        // Outside the lock: a slow share holds up only the readers of its own slides.
        FileStamp? stamp = FileStamp.Of(source.Path);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_entries.TryGetValue(source, out Entry? entry) && !entry.IsOf(stamp))
            {
                Retire(source, entry);
                entry = null;
            }

            if (entry is null)
            {
                entry = new Entry(stamp, new Lazy<ISlide>(() => SlideOpener.Open(source), LazyThreadSafetyMode.ExecutionAndPublication));
                _entries.Add(source, entry);
            }

            entry.Readers++;
            return entry;
        }
    }

    private void Release(SlideSource source, Entry entry)
    {
        lock (_gate)
        {
            entry.Readers--;
            entry.LastUse = ++_clock;
            if (entry.IsRetired)
            {
                entry.CloseWhenIdle();
            }
            else if (!entry.Slide.IsValueCreated && entry.Readers == 0)
            {
                // The attempt to open it failed; the next reader tries again.
                _entries.Remove(source);
            }

            Trim(_disposed ? 0 : limit);
        }
    }

    private void Trim(int allowed)
    {
        KeyValuePair<SlideSource, Entry>[] idle = [.. _entries.Where(e => e.Value.Readers == 0).OrderBy(e => e.Value.LastUse)];
        foreach ((SlideSource source, Entry entry) in idle.Take(Math.Max(0, idle.Length - allowed)))
        {
            Retire(source, entry);
        }
    }

    /// <summary>Takes an entry out, so that nobody gets it any more. It closes now, or with its last reader.</summary>
    private void Retire(SlideSource source, Entry entry)
    {
        _entries.Remove(source);
        entry.IsRetired = true;
        entry.CloseWhenIdle();
    }

    /// <summary>A slide with those who read it; everything but the slide belongs to the pool's lock.</summary>
    private sealed class Entry(FileStamp? stamp, Lazy<ISlide> slide)
    {
        public Lazy<ISlide> Slide { get; } = slide;

        public int Readers { get; set; }

        public long LastUse { get; set; }

        /// <summary>Whether it is out of the pool, open only for those who still read it.</summary>
        public bool IsRetired { get; set; }

        /// <summary>Whether a file that now has this stamp is the one that was opened. A file that is gone (null) is no entry's.</summary>
        public bool IsOf(FileStamp? now) => now is not null && now == stamp;

        public void CloseWhenIdle()
        {
            if (Readers == 0 && Slide.IsValueCreated)
            {
                Slide.Value.Dispose();
            }
        }
    }

    /// <summary>What tells a file from the one that replaces it.</summary>
    /// <param name="Length">Bytes.</param>
    /// <param name="LastWrite">UTC.</param>
    private readonly record struct FileStamp(long Length, DateTime LastWrite)
    {
        /// <summary>Stamp of a file, or null when there is none that can be read.</summary>
        public static FileStamp? Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                if (!file.Exists)
                {
                    return null;
                }

                if (file.LinkTarget is null)
                {
                    return new FileStamp(file.Length, file.LastWriteTimeUtc);
                }

                // A link has a length and a time of its own. Those of the file count that it leads to when it is opened.
                using SafeFileHandle target = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
                return new FileStamp(RandomAccess.GetLength(target), File.GetLastWriteTimeUtc(target));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Opening it as a slide will say what is wrong.
                return null;
            }
        }
    }
}
