namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Binary heap of pixels ordered by height, then age. Entries that tie in both leave in an order that follows from the exact steps of the
/// heap, which spec/inference.md §9.7 prescribes; do not "improve" the sifting. Reusable, not thread-safe.
/// </summary>
internal sealed class FloodQueue
{
    private Entry[] _entries = new Entry[1024];

    /// <summary>Entries waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all entries.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a pixel.</summary>
    public void Push(double height, int age, int pixel)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * Count);
        }

        Entry[] entries = _entries;
        var entry = new Entry(height, age, pixel);
        int at = Count++;
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!entry.IsBefore(entries[parent]))
            {
                break;
            }

            entries[at] = entries[parent];
            at = parent;
        }

        entries[at] = entry;
    }

    /// <summary>Takes the lowest pixel; the queue must not be empty.</summary>
    public Entry Pop()
    {
        Entry[] entries = _entries;
        Entry top = entries[0];
        Entry moved = entries[--Count];
        int count = Count;
        int at = 0;
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= count)
            {
                break;
            }

            int best = entries[child].IsBefore(moved) ? child : at;
            int right = child + 1;
            if (right < count && (best == at ? entries[right].IsBefore(moved) : entries[right].IsBefore(entries[best])))
            {
                best = right;
            }

            if (best == at)
            {
                break;
            }

            entries[at] = entries[best];
            at = best;
        }

        entries[at] = moved;
        return top;
    }

    /// <summary>A pixel in the queue.</summary>
    /// <param name="Height">Height of the landscape there.</param>
    /// <param name="Age">Number of pixels labeled before it.</param>
    /// <param name="Pixel">Index of the pixel.</param>
    internal readonly record struct Entry(double Height, int Age, int Pixel)
    {
        /// <summary>Strictly lower, or as low and older.</summary>
        public bool IsBefore(in Entry other) => Height < other.Height || (Height == other.Height && Age < other.Age);
    }
}
