using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;

namespace CellVitCluster.Inference.Pipeline;

/// <summary>
/// Open slides shared by the readers: opening costs parsing and an empty cache, so a slide stays open while tiles of it keep coming. At
/// most <paramref name="limit"/> slides stay open without being read. Thread-safe.
/// </summary>
public sealed class SlidePool(int limit) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SlideSource, Entry> _entries = [];
    private long _clock;
    private bool _disposed;

    /// <summary>Runs a read on the opened slide; the slide stays open at least as long.</summary>
    /// <exception cref="Domain.Errors.SlideUnreadableException">The slide cannot be opened, or the read fails.</exception>
    public T Use<T>(SlideSource source, Func<ISlide, T> read)
    {
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
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_entries.TryGetValue(source, out Entry? entry))
            {
                entry = new Entry(new Lazy<ISlide>(() => SlideOpener.Open(source), LazyThreadSafetyMode.ExecutionAndPublication));
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
            if (!entry.Slide.IsValueCreated && entry.Readers == 0)
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
            _entries.Remove(source);
            if (entry.Slide.IsValueCreated)
            {
                entry.Slide.Value.Dispose();
            }
        }
    }

    private sealed class Entry(Lazy<ISlide> slide)
    {
        public Lazy<ISlide> Slide { get; } = slide;

        public int Readers { get; set; }

        public long LastUse { get; set; }
    }
}
